import SourceControl
import Wording

extension Coordinator {
  /// Turns what a step came to into changes of the state.
  func apply(
    _ result: PhaseResult,
    of phase: PhaseName,
    to task: TaskID?,
    in edit: inout StateEdit
  ) async throws {
    try note(result, of: task, in: &edit)
    switch result {
    case .planned(let tasks):
      // What was planned is the plan as it was read; the file may have changed meanwhile.
      let begun = edit.state.openSteps.first { $0.number == edit.step }?.plan
      let version = if let begun { begun } else { try await planVersion() }
      try PlanAdoption(tasks: tasks, version: version, attempts: settings.taskAttempts).apply(to: &edit)
      try await lookAtTargets(of: tasks, excluding: edit.state.byProducts)
      try await claimTargets(in: &edit)
    case .planningFailed:
      try edit.add(.planningTried)
    case .documented:
      try edit.add(.documentationTried(step: edit.step ?? 0))
    case .documentationFailed(let reason):
      try edit.add(.documentationTried(step: edit.step ?? 0))
      edit.add(.warning(MessageEvent(message: "The documentation was not brought up to date. \(reason)")))
    case .asked(let text):
      try ask(text, for: task, in: &edit)
    case .overContext(let reason):
      try applyOverContext(reason, of: phase, to: task, in: &edit)
    case .worked, .fruitless, .unusable:
      try applyWork(result, of: phase, to: task, in: &edit)
    case .approved, .rejected, .noVerdict, .conflict:
      try await applyReview(result, of: task, in: &edit)
    }
  }

  /// Makes files that checks had made and tasks are to work on files of the project like any other.
  private func claimTargets(in edit: inout StateEdit) async throws {
    let claimed = edit.state.byProducts.intersection(edit.state.tasks.flatMap(\.targets))
    guard !claimed.isEmpty else { return }
    let files = try await home.project.listing(excluding: [], including: claimed).files
    try edit.add(.byProductsEnded(claimed))
    try edit.add(.filesKnown(Dictionary(claimed.map { ($0, files[$0]) }) { $1 }))
  }

  /// Looks at what the user has already where tasks are to write and rules ignore it: checkpoints hold it from now on, so
  /// that the record must.
  private func lookAtTargets(of tasks: [PlannedTask], excluding byProducts: Set<ProjectPath>) async throws {
    let known = try await home.project.listing(excluding: byProducts, including: []).files
    for path in Set(tasks.flatMap(\.targets)).sorted() where known[path] == nil && !byProducts.contains(path) {
      _ = try await home.project.contents(of: path)
    }
  }

  /// Keeps account of what steps on a task failed of.
  private func note(_ result: PhaseResult, of task: TaskID?, in edit: inout StateEdit) throws {
    guard let task, var record = edit.state.task(task), let step = edit.step else { return }
    record.noteStep(step, failure: result.failure)
    try edit.add(.taskUpdated(record))
  }

  /// Says that a task has got over its failure, if it had one.
  private func noteRecovery(of task: TaskID, in edit: inout StateEdit) throws {
    guard var record = edit.state.task(task), let setback = record.recover() else { return }
    let asked = edit.state.counters[task].map { $0.questionsAsked > 0 || $0.wasAskedAbout } ?? false
    try edit.add(.taskUpdated(record))
    let steps = setback.steps
    let event = RecoveryEvent(task: task, kind: setback.kind, since: setback.step, steps: steps, askedUser: asked)
    edit.add(.recovery(event))
  }

  private func applyWork(
    _ result: PhaseResult,
    of phase: PhaseName,
    to task: TaskID?,
    in edit: inout StateEdit
  ) throws {
    guard let task else { preconditionFailure("Work is always work on a task.") }
    try edit.add(.attemptDrawn(task))
    let hasWorked = if case .worked = result { true } else { false }
    try edit.add(.workEnded(failed: hasWorked ? nil : task))
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
      let paths = record.reviewedPaths
      // Those of a worktree were merged into the project just now.
      let now = try await home.project.listing(for: edit.state, including: paths).files
      guard try ReviewVerdict.contentID(of: paths, in: now) == approval.content else {
        return try applyNoVerdict("The files changed during their review.", of: task, in: &edit)
      }
      try noteRecovery(of: task, in: &edit)
      try edit.move(task, .approved) { record in
        record.approval = approval
        record.lane = nil
      }
      try edit.add(.checksApproved(statuses))
      // Those of a worktree were its own until now.
      if record.lane != nil { try edit.add(.checksRan(statuses)) }
    case .rejected(let issues, let report):
      try edit.move(task, .rejected, reason: Self.firstLine(report)) { record in
        record.issues = issues
        record.lastError = report
        let issue = issues.last.map { "The last review reported: \($0.description)" }
        record.lastReview = Self.sentence(of: issue ?? report)
      }
    case .conflict(let report):
      try edit.move(task, .rejected, reason: Self.firstLine(report)) { record in
        record.issues = []
        record.lastError = report
        record.lastReview = Self.sentence(of: report)
      }
    default:
      try applyNoVerdict(result.reason, of: task, in: &edit)
    }
  }

  private func applyNoVerdict(_ reason: String, of task: TaskID, in edit: inout StateEdit) throws {
    try edit.add(.attemptDrawn(task))
    try edit.move(task, .noVerdict, reason: reason) { $0.lastReview = Self.sentence(of: reason) }
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
    if phase != .qa { try edit.add(.workEnded(failed: task)) }
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

  /// Puts a question of the decision maker to the user: a step that draws no attempt.
  func ask(in step: OpenStep, about task: TaskID) async throws {
    var edit = StateEdit(await journal.state, step: step.number)
    try edit.add(.askedAbout(task))
    try ask(step.decision.question ?? "", for: task, in: &edit)
    try edit.add(.stepClosed(step.number))
    try await journal.commit(edit)
  }

  private func ask(_ text: String, for task: TaskID?, in edit: inout StateEdit) throws {
    let question = Question(id: QuestionID(number: edit.state.questionsMade + 1), task: task, text: text)
    try edit.add(.questionAsked(question))
    edit.add(.question(QuestionEvent(id: question.id, task: task, text: text)))
    if let task { try edit.move(task, .asked, reason: text) }
  }

  private func planVersion() async throws -> ObjectID {
    let bytes = try await home.project.contents(of: try ProjectPath(Self.planName))
    return try ObjectID(blob: bytes ?? [])
  }

  private static func joined(_ earlier: String?, _ later: String) -> String {
    earlier.map { "\($0)\n\n\(later)" } ?? later
  }

  static func firstLine(_ text: String) -> String {
    String(text.split(separator: "\n", maxSplits: 1).first ?? "")
  }

  /// The first line as a sentence, so that another can follow.
  static func sentence(of text: String) -> String { firstLine(text).asSentence }
}
