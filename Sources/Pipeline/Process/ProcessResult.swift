/// How a child process ended and what it wrote.
package struct ProcessResult: Hashable, Sendable {
  /// The way a process ends.
  package enum Termination: Hashable, Sendable {
    case exited(Int)
    case signalled(Int)
  }

  package var termination: Termination

  /// Whether the time limit ended it.
  package var timedOut: Bool

  /// Whether the limit of processes ended it.
  package var hadTooManyProcesses: Bool

  /// Standard output; standard error too where the request merges them.
  package var output: CapturedOutput

  /// Standard error; empty where the request merges it into `output`.
  package var standardError: CapturedOutput

  package var duration: Duration

  package init(
    termination: Termination,
    timedOut: Bool = false,
    hadTooManyProcesses: Bool = false,
    output: CapturedOutput,
    standardError: CapturedOutput,
    duration: Duration
  ) {
    self.termination = termination
    self.timedOut = timedOut
    self.hadTooManyProcesses = hadTooManyProcesses
    self.output = output
    self.standardError = standardError
    self.duration = duration
  }

  /// The exit status; absent if a signal ended it.
  package var exitCode: Int? {
    switch termination {
    case .exited(let code): code
    case .signalled: nil
    }
  }
}
