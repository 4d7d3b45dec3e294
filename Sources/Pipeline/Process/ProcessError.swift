@unsafe @preconcurrency import Glibc

/// A child process that could not be started.
package struct ProcessError: Error, Hashable, CustomStringConvertible {
  /// What a caller can do something about.
  package enum Code: Hashable, Sendable {
    /// The executable, the interpreter it names, or the folder to run in is not there.
    case notFound
    /// The file is there and cannot be run, or the command cannot be passed to it.
    case notExecutable
    /// The machine is out of processes, memory or descriptors.
    case resources
  }

  package var code: Code
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(spawning executable: String, status: Int32) {
    switch status {
    case ENOENT, ENOTDIR:
      self.init(.notFound, "'\(executable)' cannot be run: it, or the interpreter in its first line, does not exist.")
    case EAGAIN, ENOMEM, EMFILE, ENFILE:
      self.init(.resources, "'\(executable)' cannot be started: \(Self.text(of: status)). Close other programs.")
    case ETXTBSY:
      self.init(
        .notExecutable,
        "'\(executable)' cannot be run: another program has it open for writing. Close that one."
      )
    default:
      self.init(.notExecutable, "'\(executable)' cannot be run: \(Self.text(of: status)).")
    }
  }

  package var description: String { message }

  /// The system's text for an error number, as the middle of a sentence.
  static func text(of number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text).lowercased()
  }
}
