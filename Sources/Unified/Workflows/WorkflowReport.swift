package import Orchestration
package import Pipeline

/// How a workflow ended, for whoever started it.
package struct WorkflowReport: Sendable {
  package let name: String
  package let tasks: [WorkflowTask]
  package let result: WorkflowResult
  package let outcome: RunOutcome
  package let message: String
  /// What the user can do now.
  package let next: String?
  /// What was spent, in earlier starts too.
  package let spent: Spending

  init(_ workflow: Workflow, _ result: WorkflowResult, spent: Spending) {
    name = workflow.name
    tasks = workflow.tasks
    self.result = result
    self.spent = spent
    outcome = Self.outcome(of: result)
    let count = result.statuses.count
    let done = result.statuses.count { $0 == .succeeded }
    let tally = "\(done) of \(count) \(count == 1 ? "task" : "tasks") succeeded."
    let again = "'autonomy workflow run FILE' runs what has not succeeded."
    switch outcome {
    case .complete:
      (message, next) = ("\(count == 1 ? "The one task has" : "All \(count) tasks have") succeeded.", nil)
    case .interrupted:
      (message, next) = ("The workflow was interrupted. \(tally)", again)
    case .unavailable:
      (message, next) = ("\(tally) \(Self.cause(workflow, result))", "Mend the way to the model server. \(again)")
    case .budget:
      (message, next) = ("\(tally) \(result.stop?.message ?? "")", nil)
    default:
      (message, next) = ("\(tally) \(Self.cause(workflow, result))", "Mend what failed. \(again)")
    }
  }

  /// The first that applies, in the order of the outcomes of runs.
  private static func outcome(of result: WorkflowResult) -> RunOutcome {
    if result.isCancelled, result.outcome != .succeeded { return .interrupted }
    if result.failures.contains(.unavailable) { return .unavailable }
    if result.stop != nil { return .budget }
    if result.failures.contains(.configuration) { return .configuration }
    return switch result.outcome {
    case .succeeded: .complete
    case .partial: .partial
    case .failed: .noProgress
    }
  }

  /// The first task that failed of itself, and why.
  private static func cause(_ workflow: Workflow, _ result: WorkflowResult) -> String {
    for (task, status) in zip(workflow.tasks, result.statuses) {
      if case .failed(let reason) = status { return "'\(task.id)': \(reason)" }
      if status == .timedOut { return "'\(task.id)' took too long." }
    }
    return ""
  }
}
