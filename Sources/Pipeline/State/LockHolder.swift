@unsafe @preconcurrency import Glibc
import JSON

/// Who is at work on a project.
package struct LockHolder: Hashable, Sendable {
  package let process: Int?
  package let command: String?
  package let since: Timestamp?

  /// The holder of the lock in `folder`, the project's `.autonomy`; nil where nobody is at work.
  package static func current(in folder: String) -> LockHolder? {
    let descriptor = unsafe open("\(folder)/lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    // Whoever lets go of the lock empties the file, so that only what a killed process left needs to be tried.
    guard count > 0, flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    let value = try? JSONValue(parsing: Array(buffer.prefix(count)))
    return LockHolder(
      process: value?["pid"]?.integer,
      command: value?["command"]?.string,
      since: value?["since"]?.string.flatMap { Timestamp($0) }
    )
  }
}
