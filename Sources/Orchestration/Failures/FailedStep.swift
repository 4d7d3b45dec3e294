package import Pipeline

/// A step that failed, and what went wrong in it.
package struct FailedStep: Hashable, Sendable {
  package let number: Int
  package let phase: PhaseName
  package let task: TaskID?
  package let kind: FailureKind
  /// The checks that failed, or the tools that were called wrongly, as far as that is what it failed of.
  package let names: [String]
  /// What was said at its end.
  package let reason: String
  /// What else was said of it on the way, the newest last.
  package let details: [String]

  /// Reads how a step ended, given what went wrong in it; nil where it did not fail.
  init?(_ end: PhaseFinishedEvent, troubles: [StepFailure]) {
    guard let kind = StepFailure.kind(of: end) else { return nil }
    // What a step ended with often only follows from something else.
    let cause: StepFailure? =
      switch kind {
      case .reviewIssues: troubles.last { $0.kind == .failingCheck }
      case .noWork: troubles.last { $0.kind == .badCalls || $0.kind == .rejectedEdit }
      case .badCalls, .rejectedEdit, .failingCheck, .noVerdict, .mergeConflict, .overContext: nil
      }
    number = end.step
    phase = end.phase
    task = end.task
    self.kind = cause?.kind ?? kind
    names = Set(troubles.filter { $0.kind == cause?.kind }.compactMap { $0.name }).sorted()
    reason = end.reason
    details = troubles.map { $0.detail }.filter { !$0.isEmpty && $0 != end.reason }
  }

  /// The step in words, the same for the same failure of whichever step.
  package var words: String {
    let what = task.map { "\(phase.rawValue) of \($0)" } ?? phase.rawValue
    let which = names.isEmpty ? "" : " (\(names.map { "'\($0)'" }.joined(separator: ", ")))"
    return "\(what) failed: \(kind.rawValue)\(which)"
  }
}
