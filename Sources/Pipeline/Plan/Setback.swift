/// What kind of failure a step ended with; told from what happened, not from words.
package enum FailureKind: String, Codable, CaseIterable, Sendable {
  /// Calls that could not be read or carried out.
  case badCalls = "bad calls"
  /// A change of a file was refused.
  case rejectedEdit = "rejected edit"
  /// A check of the project's own failed.
  case failingCheck = "failing check"
  /// The reviewer reported issues.
  case reviewIssues = "review issues"
  /// The review came to no verdict.
  case noVerdict = "no verdict"
  /// The task and the project have changed the same.
  case mergeConflict = "merge conflict"
  /// The step changed nothing.
  case noWork = "no work"
  /// The prompt did not fit.
  case overContext = "over context"
}

/// A task's failure from which it has not recovered yet.
package struct Setback: Hashable, Codable, Sendable {
  package var kind: FailureKind
  /// The step that failed first.
  package var step: Int
  /// The steps that were taken on the task since.
  package var steps: Int

  package init(kind: FailureKind, step: Int, steps: Int = 0) {
    self.kind = kind
    self.step = step
    self.steps = steps
  }
}
