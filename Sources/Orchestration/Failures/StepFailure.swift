package import Pipeline

/// Something that went wrong in a step, as the journal tells it.
package struct StepFailure: Hashable, Sendable {
  package var kind: FailureKind
  package var phase: PhaseName
  package var step: Int
  package var task: TaskID?
  /// The tool that was called, or the check that failed.
  package var name: String?
  /// What was said of it; its head only.
  package var detail: String

  package init(
    _ kind: FailureKind,
    phase: PhaseName,
    step: Int,
    task: TaskID?,
    name: String? = nil,
    detail: String = ""
  ) {
    self.kind = kind
    self.phase = phase
    self.step = step
    self.task = task
    self.name = name
    self.detail = detail
  }
}

extension StepFailure {
  /// Reads what an event tells of a failure; nil where it tells of none.
  ///
  /// Takes the phase and the task of the event's step, which most events do not name.
  package init?(_ event: Event, phase: PhaseName, task: TaskID?, changesFiles: (String) -> Bool) {
    switch event {
    case .toolRepair(let repair) where repair.stage == .retried:
      let detail = repair.notes.first ?? ""
      self.init(.badCalls, phase: phase, step: repair.step, task: task, name: repair.tools.first, detail: detail)
    case .toolResult(let result) where !result.ok:
      let kind: FailureKind = changesFiles(result.tool) ? .rejectedEdit : .badCalls
      let name = result.tool.isEmpty ? nil : result.tool
      self.init(kind, phase: phase, step: result.step, task: task, name: name, detail: result.text)
    case .checkFinished(let check) where check.status.isFailure && check.counts:
      guard let step = check.step else { return nil }
      self.init(.failingCheck, phase: phase, step: step, task: task, name: check.check, detail: check.note ?? "")
    case .phaseFinished(let end):
      guard let kind = Self.kind(of: end) else { return nil }
      self.init(kind, phase: phase, step: end.step, task: task, detail: end.reason)
    default:
      return nil
    }
  }

  /// What a step ended with; nil where it did not fail.
  static func kind(of end: PhaseFinishedEvent) -> FailureKind? {
    switch end.result {
    case "over context": .overContext
    case "rejected": .reviewIssues
    case "failed": .noWork
    case "no verdict": .noVerdict
    case "conflict": .mergeConflict
    default: nil
    }
  }
}
