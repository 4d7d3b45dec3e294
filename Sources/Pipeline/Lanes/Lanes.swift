import SourceControl

/// The worktrees of tasks as a run uses them: begun, brought up to date, merged and thrown away.
///
/// Whoever calls this lets nothing else of ours change the project meanwhile.
package struct Lanes: Sendable {
  let keeper: any LaneKeeping
  let checkpoints: any Checkpointing
  let journal: Journal
  /// The project's own files.
  let project: Workspace

  package init(keeper: any LaneKeeping, checkpoints: any Checkpointing, journal: Journal, project: Workspace) {
    self.keeper = keeper
    self.checkpoints = checkpoints
    self.journal = journal
    self.project = project
  }

  /// Makes the worktree for a task's first step; it belongs to the task once `adopt` has prepared it.
  func begin(_ step: OpenStep, of task: TaskID) async throws -> LaneRecord {
    let checkpoint = try await checkpoints.capture(CheckpointMoment(.step(step.number, step.decision.action)))
    return try await keeper.make(for: task, at: checkpoint)
  }

  /// Prepares a new worktree and gives it to its task.
  func adopt(_ lane: LaneRecord, for task: TaskID) async throws {
    try await keeper.prepare(lane)
    guard var record = await journal.state.task(task) else { return }
    record.lane = lane
    try await journal.commit([.taskUpdated(record)])
  }

  /// The place of a task's worktree.
  func place(of lane: LaneRecord) async throws -> (place: Workplace, files: Workspace) {
    guard let opened = try await keeper.open(lane) else {
      throw StepStop.environment(
        "The worktree '\(lane.worktree)' in '.autonomy/worktrees' is gone. What was done in it is done again."
      )
    }
    return opened
  }

  // MARK: - From the start to the end of a run

  /// Begins the work on tasks again whose worktree is gone or is not as it was left, and ends merges that were cut off.
  func recover() async throws {
    try await endMerges()
    for task in await journal.state.tasks where task.status.isOpen {
      guard let lane = task.lane, let damage = try await damage(to: lane, of: task) else { continue }
      var edit = StateEdit(await journal.state)
      for step in edit.state.openSteps where step.decision.action.task == task.id {
        try edit.add(.stepClosed(step.number))
      }
      if task.status == .needsUser {
        var record = task
        record.loseLane()
        try edit.add(.taskUpdated(record))
      } else {
        try edit.move(task.id, .workLost, reason: damage) { $0.loseLane() }
      }
      let message = "\(damage) The work on '\(task.id)' begins again from the project as it is."
      edit.add(.warning(MessageEvent(message: message, task: task.id)))
      try await journal.commit(edit)
      try await keeper.remove(lane)
    }
  }

  private func damage(to lane: LaneRecord, of task: TaskRecord) async throws -> String? {
    let name = ".autonomy/worktrees/\(lane.worktree)"
    guard let (_, files) = try await keeper.open(lane) else { return "The worktree '\(name)' is not there any more." }
    // An update that was cut off is made again, whatever is there by now.
    guard lane.update == nil else { return nil }
    let intents = await journal.state.openSteps.compactMap { $0.decision.action.task == task.id ? $0.intent : nil }
    for origin in task.origins {
      let now: ObjectID?
      do {
        now = try await Self.contents(of: origin.path, in: files, lane)?.id
      } catch let damage as LaneDamage {
        return damage.description
      }
      let isIntended = intents.contains { $0.path == origin.path && ($0.before == now || $0.after == now) }
      if now != origin.left, !isIntended { return "'\(origin.path)' in '\(name)' is not as the run left it." }
    }
    let changed = Set(task.origins.map(\.path))
    guard let missing = try await keeper.missing(lane).first(where: { !changed.contains($0) }) else { return nil }
    return "'\(missing)' is missing in '\(name)'."
  }

  /// Takes merges back that were cut off; the steps that they belong to make them again.
  private func endMerges() async throws {
    for step in await journal.state.openSteps {
      if let merge = step.merge { try await undo(merge, of: step.number) }
    }
  }

  /// Throws the worktrees of tasks away that have failed or are blocked; with `keeping` those that were given up are set aside.
  func discardFailures(keeping: Bool) async throws {
    for task in await journal.state.tasks where task.status == .failed || task.status == .blocked {
      guard let lane = task.lane, var record = await journal.state.task(task.id) else { continue }
      var events: [Event] = []
      if keeping, task.isGivenUp {
        let place = try await keeper.setAside(lane, of: task.id, after: journal.state.stepsTaken)
        let message = "What '\(task.id)' left is in '\(place)'; nothing of it is in the project."
        events.append(.warning(MessageEvent(message: message, task: task.id)))
      } else {
        try await keeper.remove(lane)
      }
      record.loseLane()
      try await journal.commit([.taskUpdated(record)], events)
    }
  }

  /// What a file holds; a file that cannot be read ends the run.
  static func contents(of path: ProjectPath, in files: Workspace) async throws -> FileContents? {
    do {
      return try await files.contents(of: path)
    } catch {
      throw StepStop.environment("\(error)")
    }
  }
}
