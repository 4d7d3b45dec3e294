import Persistence

/// How a run ends, before it is written down.
struct Ending: Sendable {
  var outcome: RunOutcome
  var message: String
  /// What the user can do now.
  var next: String?
  var budget: BudgetExhausted?

  init(_ outcome: RunOutcome, _ message: String, next: String? = nil) {
    self.outcome = outcome
    self.message = message
    self.next = next
  }

  /// What is to be told where the end itself cannot be stored: nothing twice.
  func unwritten(because error: any Error) -> Ending {
    guard outcome == .environment else {
      return Ending(.environment, "The result could not be written down: \(error) Before that: \(message)")
    }
    return Ending(outcome, "\(message) The end of the run is not in the journal either.", next: next)
  }

  /// The ending that an error brings; none is swallowed, and none that the program is to blame for passes as another.
  init(stoppedBy error: any Error, state: PipelineState) {
    switch error {
    case is CancellationError:
      self.init(.interrupted, "The run was interrupted.", next: "Continue with 'autonomy resume'.")
    case StepStop.unavailable(let message):
      let next = "Start the model server or mend the way to it, then continue with 'autonomy resume'."
      self.init(.unavailable, message, next: next)
    case StepStop.configuration(let message):
      self.init(.configuration, message, next: "Mend that, then continue with 'autonomy resume'.")
    case StepStop.environment(let message):
      self.init(.environment, message, next: "Continue with 'autonomy resume' once that is mended.")
    case StepStop.conflict(let message):
      self.init(.conflict, message)
    case StepStop.budget(let exhausted):
      self.init(.budget, "\(exhausted)")
      budget = exhausted
    case let error as DatabaseError where error.isEnvironmental || error.isDiskFull:
      self.init(.environment, "\(error)", next: "Make room or mend the disk, then continue with 'autonomy resume'.")
    case let error as WorkspaceError:
      self.init(error)
    default:
      self.init(
        .internalError,
        "The program failed: \(error)",
        next: "This is a mistake of the program. 'autonomy log' shows what came before it."
      )
    }
  }

  /// The ending that a file brings which the run needs and cannot use; the user alone can help.
  private init(_ error: WorkspaceError) {
    let (outcome, help): (RunOutcome, String) =
      switch error.code {
      case .notPermitted: (.environment, "Give yourself the permission for '\(error.path)'")
      case .changed: (.conflict, "Leave '\(error.path)' alone while a run is at work on it")
      case .hidden, .protected, .outside, .invalidPath: (.configuration, "Mend that")
      case .missing, .notAFile, .linked, .tooLarge, .notText, .environment: (.environment, "Mend that")
      }
    self.init(outcome, error.message, next: "\(help), then continue with 'autonomy resume'.")
  }
}
