/// The exit code of a command, thrown to end it without a message.
package struct ExitCode: Error, RawRepresentable, Sendable, Hashable {
  package var rawValue: Int32

  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  package init(_ code: Int32) {
    rawValue = code
  }

  package static let success = ExitCode(0)
  package static let failure = ExitCode(1)

  /// The command line, the configuration or the plan is wrong: nothing was done.
  package static let usage = ExitCode(2)

  package var isSuccess: Bool { self == .success }
}

/// An end of a command that is no failure.
package enum CleanExit: Error, Sendable {
  /// Shows the help of a command; of the one that ran, unless another is named.
  case helpRequest((any ParsableCommand.Type)? = nil)
  case message(String)
}

/// A mistake in the arguments that `validate()` or `run()` found; shown with the command's usage.
package struct ValidationError: Error, Hashable, CustomStringConvertible {
  package var message: String

  package init(_ message: String) {
    self.message = message
  }

  package var description: String { message }
}

/// An error that says itself with which code the program ends.
package protocol ExitCodeProviding: Error {
  var exitCode: ExitCode { get }
}

/// What the caller has to print after a command, and the code to exit with.
///
/// The texts are those of help, version and errors; what a command printed while it ran is not among them.
package struct CommandOutcome: Sendable, Hashable {
  package var standardOutput: String
  package var standardError: String
  package var exitCode: ExitCode

  package init(standardOutput: String = "", standardError: String = "", exitCode: ExitCode = .success) {
    self.standardOutput = standardOutput
    self.standardError = standardError
    self.exitCode = exitCode
  }
}
