import SourceControl

extension Coordinator {
  /// Ends a step that was open when the run was cut off, if the user has changed the plan since; it draws no attempt.
  ///
  /// What is to be done is planned anew first, and may not be the step's task any more.
  func drop(_ step: OpenStep, unlessOn version: ObjectID) async throws -> Bool {
    guard case .phase(let phase, let task) = step.decision.action else { return false }
    let state = await journal.state
    guard let begun = step.plan ?? state.plan?.version, begun != version else { return false }
    var edit = StateEdit(state, step: step.number)
    if let intent = step.intent, let task, var record = state.task(task), try await !wasMade(intent, for: record) {
      record.noteChange(of: intent.path, before: intent.before, after: intent.before)
      try edit.add(.taskUpdated(record))
    }
    try edit.add(.stepClosed(step.number))
    edit.add(
      .phaseFinished(
        PhaseFinishedEvent(
          step: step.number,
          phase: phase,
          task: task,
          result: PhaseResult.droppedWord,
          reason: "'\(Self.planName)' has changed since, so that it is planned anew first.",
          calls: 0,
          promptTokens: 0,
          outputTokens: 0,
          seconds: 0
        )
      )
    )
    try await journal.commit(edit)
    return true
  }

  /// Whether a change that was journalled before the interruption has reached the file.
  private func wasMade(_ intent: ChangeIntent, for task: TaskRecord) async throws -> Bool {
    var project = home.project
    if let lanes, let lane = task.lane { project = try await lanes.place(of: lane).place.project }
    let now = try await project.contents(of: intent.path).map { try ObjectID(blob: $0) }
    return now != intent.before
  }
}
