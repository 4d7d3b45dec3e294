import Orchestration
import Pipeline

/// Checks that end with the run's time, at the latest.
struct TimedChecks: CheckRunning {
  let checks: any CheckRunning
  let ledger: BudgetLedger
  let journal: Journal

  func discover(in root: String?) async throws -> [CheckDefinition] { try await checks.discover(in: root) }

  /// Throws `StepStop.budget` where the time is over before the check is; then it is as if it had not begun.
  func run(_ check: CheckDefinition, in root: String?) async throws -> CheckResult {
    guard let limit = await ledger.timeLeft else { return try await checks.run(check, in: root) }
    let ended = try await result(within: max(Duration.zero, limit), by: ContinuousClock()) {
      try await checks.run(check, in: root)
    }
    if let ended { return ended }
    try Task.checkCancellation()
    let exhausted = await ledger.outOfTime
    journal.recorder?.note(.exhausted(exhausted))
    throw StepStop.budget(exhausted)
  }
}
