package import Pipeline

/// How a task of a workflow stands.
package enum WorkflowTaskStatus: Hashable, Sendable {
  /// It waits for others.
  case pending
  /// It waits for a slot.
  case ready
  case running
  case succeeded
  case failed(String)
  /// It depends, directly or not, on this task, which failed.
  case skipped(because: String)
  case cancelled
  case timedOut

  /// The word for it, as scripts read it.
  package var word: String {
    switch self {
    case .pending: "pending"
    case .ready: "ready"
    case .running: "running"
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .skipped: "skipped"
    case .cancelled: "cancelled"
    case .timedOut: "timed_out"
    }
  }
}

/// What a workflow came to.
package struct WorkflowResult: Hashable, Sendable {
  package enum Outcome: String, Hashable, Sendable {
    /// Every task has.
    case succeeded
    /// Some tasks have, and others not.
    case partial
    /// No task has.
    case failed
  }

  /// How each task stands, in the order of the workflow.
  package var statuses: [WorkflowTaskStatus]
  /// What each task came to that has succeeded, now or before.
  package var results: [String?]
  /// What ended the workflow before its time.
  package var stop: AgentFailure?
  package var isCancelled: Bool
  /// The kinds of the failures of tasks.
  package var failures: [AgentFailure.Kind]
  /// What this start has spent.
  package var spent: Spending

  package var outcome: Outcome {
    let succeeded = statuses.count { $0 == .succeeded }
    return succeeded == statuses.count ? .succeeded : succeeded > 0 ? .partial : .failed
  }

  /// How many tasks stand how, by the word for it.
  package var counts: [String: Int] { statuses.reduce(into: [:]) { $0[$1.word, default: 0] += 1 } }
}
