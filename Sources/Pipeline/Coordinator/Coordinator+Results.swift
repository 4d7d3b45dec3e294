import SourceControl

extension Coordinator {
  /// Turns what a step came to into changes of the state.
  func apply(
    _ result: PhaseResult,
    of phase: PhaseName,
    to task: TaskID?,
    in edit: inout StateEdit
  ) async throws {
    switch result {
    case .planned(let tasks):
      let version = try await planVersion()
      try PlanAdoption(tasks: tasks, version: version, attempts: settings.taskAttempts).apply(to: &edit)
    case .planningFailed:
      try edit.add(.planningTried)
    case .documented:
      try edit.add(.documentationTried(step: edit.state.openSteps.first?.number ?? 0))
    case .documentationFailed(let reason):
      try edit.add(.documentationTried(step: edit.state.openSteps.first?.number ?? 0))
      edit.add(.warning(MessageEvent(message: "The documentation was not brought up to date. \(reason)")))
    case .asked(let text):
      try ask(text, for: task, in: &edit)
    case .overContext(let reason):
      try applyOverContext(reason, of: phase, to: task, in: &edit)
    case .worked, .fruitless:
      try applyWork(result, of: phase, to: task, in: &edit)
    case .approved, .rejected, .noVerdict:
      try await applyReview(result, of: task, in: &edit)
    }
  }

  private func applyWork(
    _ result: PhaseResult,
    of phase: PhaseName,
    to task: TaskID?,
    in edit: inout StateEdit
  ) throws {
    guard let task else { preconditionFailure("Work is always work on a task.") }
    try edit.add(.attemptDrawn(task))
    if case .worked(let summary) = result {
      try edit.move(task, phase == .debugging ? .fixed : .coded) { record in
        record.summary = summary
        record.lastError = nil
      }
    } else {
      try edit.move(task, phase == .debugging ? .fixFailed : .codingFailed, reason: result.reason) { record in
        record.lastError = Self.joined(phase == .debugging ? record.lastError : nil, result.reason)
      }
    }
  }

  private func applyReview(_ result: PhaseResult, of task: TaskID?, in edit: inout StateEdit) async throws {
    guard let task, let record = edit.state.task(task) else { preconditionFailure("A review is one of a task.") }
    switch result {
    case .approved(let approval, let statuses):
      // What was approved must still be what is there, in the very transaction that makes the task done.
      let now = try await project.listing(excluding: edit.state.byProducts).files
      guard try ReviewVerdict.contentID(of: record.reviewedPaths, in: now) == approval.content else {
        return try applyNoVerdict("The files changed during their review.", of: task, in: &edit)
      }
      try edit.move(task, .approved) { $0.approval = approval }
      try edit.add(.checksApproved(statuses))
    case .rejected(let issues, let report):
      try edit.move(task, .rejected, reason: Self.firstLine(report)) { record in
        record.issues = issues
        record.lastError = report
      }
    default:
      try applyNoVerdict(result.reason, of: task, in: &edit)
    }
  }

  private func applyNoVerdict(_ reason: String, of task: TaskID, in edit: inout StateEdit) throws {
    try edit.add(.attemptDrawn(task))
    try edit.move(task, .noVerdict, reason: reason)
  }

  private func applyOverContext(
    _ reason: String,
    of phase: PhaseName,
    to task: TaskID?,
    in edit: inout StateEdit
  ) throws {
    guard let task else {
      try edit.add(.planningTried)
      return
    }
    try edit.add(.attemptDrawn(task))
    try edit.add(.overContextCounted(task))
    if (edit.state.counters[task]?.overContext ?? 0) > 1 {
      try edit.move(task, .abandoned, reason: reason) { $0.failure = .overContext }
    } else {
      let event: TaskEvent =
        switch phase {
        case .debugging: .fixFailed
        case .qa: .noVerdict
        default: .codingFailed
        }
      try edit.move(task, event, reason: reason)
    }
  }

  private func ask(_ text: String, for task: TaskID?, in edit: inout StateEdit) throws {
    let question = Question(id: QuestionID(number: edit.state.questionsMade + 1), task: task, text: text)
    try edit.add(.questionAsked(question))
    edit.add(.question(QuestionEvent(id: question.id, task: task, text: text)))
    if let task { try edit.move(task, .asked, reason: text) }
  }

  private func planVersion() async throws -> ObjectID {
    let bytes = try await project.contents(of: try ProjectPath(Self.planName))
    return try ObjectID(blob: bytes ?? [])
  }

  private static func joined(_ earlier: String?, _ later: String) -> String {
    earlier.map { "\($0)\n\n\(later)" } ?? later
  }

  static func firstLine(_ text: String) -> String {
    String(text.split(separator: "\n", maxSplits: 1).first ?? "")
  }
}
