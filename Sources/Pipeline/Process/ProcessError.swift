/// A child process that could not be started.
package struct ProcessError: Error, Hashable, CustomStringConvertible {
  /// What a caller can do something about.
  package enum Code: Hashable, Sendable {
    /// The executable, the interpreter it names, or the folder to run in is not there.
    case notFound
    /// The file is there and may not be run.
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

  package var description: String { message }
}
