import SourceControl

extension Coordinator {
  /// Captures files and state before a step that may change files.
  func checkpoint(before decision: Decision, number step: Int) async throws {
    guard let checkpoints, case .phase(let phase, let task) = decision.action, phase.changesFiles else { return }
    let id = try await checkpoints.capture(CheckpointMoment(.step(step, decision.action)))
    guard let task, var record = await journal.state.task(task), !record.checkpoints.contains(id) else { return }
    record.checkpoints.append(id)
    try await journal.commit([.taskUpdated(record)])
  }

  /// Brings the files of a task back by decision: a step that draws one of the task's attempts.
  func restore(_ checkpoint: SnapshotID, of task: TaskID, in step: OpenStep) async throws {
    guard let checkpoints, let record = await journal.state.task(task) else {
      throw StepStop.conflict("'\(step.decision.action)' is under way, and there is no such task or no checkpoints.")
    }
    var files = try await checkpoints.restore(record, to: checkpoint)
    // Who was interrupted may have brought them back already.
    if files.isEmpty, let last = try await journal.store.lastRollback(), last.target == checkpoint {
      files = last.files
    }
    var edit = StateEdit(await journal.state, step: step.number)
    if var record = edit.state.task(task) {
      record.noteRestored(files)
      try edit.add(.taskUpdated(record))
    }
    try edit.add(.attemptDrawn(task))
    try edit.add(.restored(task))
    try edit.add(.checksRan([:]))
    try edit.add(.stepClosed(step.number))
    try await journal.commit(edit)
  }

  /// Captures files and state of tasks that have become done since `before`.
  func checkpoint(doneSince before: PipelineState) async throws {
    guard let checkpoints else { return }
    for task in await journal.state.tasks where task.status == .done && before.task(task.id)?.status != .done {
      try await lookAgain()
      try await checkpoints.capture(CheckpointMoment(.done(task.id)))
    }
  }

  /// Takes back what tasks left that have failed or left the plan; a task is asked about once, also over an interruption.
  func takeBackFailures() async throws {
    try await lanes?.discardFailures(keeping: settings.keepsFailed)
    guard let checkpoints, !settings.keepsFailed else { return }
    for task in await journal.state.tasks where task.isGivenUp && !task.isTakenBack && !task.origins.isEmpty {
      try await checkpoints.takeBack(task)
      guard var record = await journal.state.task(task.id) else { continue }
      record.isTakenBack = true
      // What the checks showed was shown of other files.
      try await journal.commit([.taskUpdated(record), .checksRan([:])])
    }
  }
}

extension PhaseName {
  /// Whether a step of this phase may change the project's files.
  package var changesFiles: Bool {
    switch self {
    case .coding, .debugging, .documentation: true
    case .planning, .qa: false
    }
  }
}
