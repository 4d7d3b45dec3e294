import CSystem
@unsafe @preconcurrency import Glibc
import JSON

/// The one right to change a project, held as long as the value lives; the system lets go of it when the process ends.
package final class ProjectLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock in `folder`, the project's `.autonomy`, and writes the holder into it.
  ///
  /// Throws `ProjectLocked` with the holder where another process has it.
  package init(folder: String, command: String) throws {
    let path = "\(folder)/lock"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw ProjectFolderError("'\(path)' cannot be opened: \(unsafe String(cString: strerror(errno))).")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = Self.holder(descriptor)
      close(descriptor)
      throw ProjectLocked(folder: folder, holder: holder)
    }
    let holder: JSONValue = [
      "pid": .integer(Int(getpid())), "command": .string(command), "since": .string(Timestamp.now.description),
    ]
    let text = holder.utf8() + [0x0A]
    ftruncate(descriptor, 0)
    // Only information for others: the lock holds whether it could be written or not.
    _ = unsafe text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    // Set last: once it is, an error would run `deinit` too, on a number that may be another file's by then.
    self.descriptor = descriptor
  }

  deinit {
    ftruncate(descriptor, 0)
    // A child between its fork and its exec has the descriptor too, and would hold the lock a moment longer.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    let value = try? JSONValue(parsing: Array(buffer.prefix(max(0, count))))
    guard let pid = value?["pid"]?.integer else { return "another process" }
    let command = value?["command"]?.string.map { "'\($0)', " } ?? ""
    let since = value?["since"]?.string.map { " since \($0)" } ?? ""
    return "\(command)process \(pid)\(since)"
  }
}

/// Another process is at work on the project.
package struct ProjectLocked: Error, Hashable, CustomStringConvertible {
  package let folder: String
  package let holder: String

  package var description: String {
    "Another run is at work on this project (\(holder)). Wait for it or stop it; 'autonomy status' shows how far it is."
  }
}

/// The project's folder, or ours in it, cannot be used.
package struct ProjectFolderError: Error, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
