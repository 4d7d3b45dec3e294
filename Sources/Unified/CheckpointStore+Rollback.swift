import JSON
package import Pipeline
package import SourceControl

/// Where a rollback goes.
package enum RollbackTarget: Hashable, Sendable {
  case checkpoint(SnapshotID)
  /// To where a task began.
  case task(TaskID)
  /// To what was there before the user's last rollback.
  case undo
}

/// What becomes of files that the user changed since.
package enum ForeignChanges: Hashable, Sendable {
  /// They keep the rollback from happening.
  case refuse
  /// They are brought back like the others; the safety checkpoint has them.
  case overwrite
  /// They stay, and are listed.
  case keep
}

/// A rollback that was thought through but not begun.
package struct RollbackPreview: Sendable {
  package let target: Snapshot
  package let changes: [SnapshotChange]
  /// The files and folders whose permissions alone would change.
  package let permissions: [ProjectPath]
  /// The files among those that the user changed.
  package let conflicts: [ProjectPath]
  /// Why the system would not allow the rollback; nil if it would.
  package let refusal: String?
  /// Where the user's own repository was then; nil if it has not moved since.
  package let headMove: HeadMove?
  /// What becomes of tasks.
  package let tasks: [TaskDifference]
  /// Files that stay because the target's rules ignore them.
  package let ignored: [ProjectPath]
  /// The changes as Git shows them; names and contents may be no text.
  package let patch: [UInt8]
}

extension CheckpointStore {
  /// Ends a rollback that was begun and interrupted, and answers how; nil if there was none.
  @discardableResult
  package func recover() async throws -> RollbackEnding? {
    guard let record = try await store.pendingRollback() else { return nil }
    let snapshots = try await snapshots(pending: record.plan)
    do {
      return .completed(rescued: try await finish(record, snapshots).rescued)
    } catch let failure as RollbackFailed where failure.isTakenBack {
      return .takenBack(failure.description)
    }
  }

  /// Shows what a rollback would change, and whether it would be refused.
  package func preview(
    _ target: RollbackTarget,
    _ foreign: ForeignChanges = .refuse
  ) async throws -> RollbackPreview {
    let snapshots = try await snapshots()
    let rollback = try await propose(target, snapshots)
    let proposal = rollback.proposal
    let plan = proposal.plan(keeping: try kept(rollback, foreign, snapshots))
    var patch: [UInt8] = []
    for change in proposal.changes { patch += try snapshots.patch(change) }
    let present = await store.state
    var next = present
    try next.apply(.projectionReplaced(rollback.projection))
    let changed = Set(proposal.changes.map(\.path))
    return RollbackPreview(
      target: proposal.target,
      changes: proposal.changes,
      permissions: try snapshots.modeChanges(in: proposal).filter { !changed.contains($0) },
      conflicts: rollback.conflicts,
      refusal: try snapshots.refusal(of: plan).map { "\($0)" },
      headMove: HeadMove(since: proposal.target, to: snapshots.head),
      tasks: TaskDifference.between(present.tasks, next.tasks),
      ignored: proposal.ignored,
      patch: patch
    )
  }

  /// Brings files and state back together; what was there before is in a safety checkpoint.
  package func rollBack(to target: RollbackTarget, _ foreign: ForeignChanges) async throws -> CheckpointRestoredEvent {
    let snapshots = try await snapshots()
    let rollback = try await propose(target, snapshots)
    guard foreign != .refuse || rollback.conflicts.isEmpty else {
      throw RollbackRefused.changedByUser(rollback.conflicts)
    }
    let kept = try kept(rollback, foreign, snapshots)
    let unnoticed = rollback.proposal.conflicts
    let record = RollbackRecord(
      number: await store.state.rollbacksMade + 1,
      target: rollback.proposal.target.id,
      safety: rollback.proposal.present.id,
      plan: rollback.proposal.plan(keeping: kept),
      projection: rollback.projection,
      reason: target == .undo ? "undo" : "user",
      kept: kept.isEmpty ? nil : kept.sorted(),
      byUser: unnoticed.isEmpty ? nil : unnoticed,
      undone: rollback.undone?.target
    )
    try await begin(record, rollback.proposal, snapshots)
    return try await finish(record, snapshots)
  }

  /// Brings back what a task changed and nobody else did since.
  ///
  /// Answers what the brought back files hold now; nil for those that are gone.
  @discardableResult
  func bringBack(
    _ task: TaskRecord,
    to checkpoint: SnapshotID,
    reason: String
  ) async throws -> [ProjectPath: ObjectID?] {
    let snapshots = try await snapshots()
    let target = try snapshots.snapshot(checkpoint)
    let paths = Set(task.origins.map(\.path))
    let proposal = try snapshots.proposeRestore(
      to: target,
      label: await label("before the files of \(task.id) are brought back", snapshots, task: task.id),
      state: try await documents(),
      paths: paths
    )
    let origins = Dictionary(task.origins.map { ($0.path, $0) }) { $1 }
    let foreign = proposal.changes.filter { change in
      guard let origin = origins[change.path] else { return true }
      // At its beginning a file is what it was before the task's first change of it, or somebody else changed it too.
      let isForeign = checkpoint == task.firstCheckpoint && change.after?.id != origin.before
      return change.before?.id != origin.left || isForeign
    }
    guard !proposal.changes.isEmpty else {
      try snapshots.discard(proposal)
      return [:]
    }
    // No step changes the permissions of what is there. No other checkpoint is asked, because a replay may not have it.
    let modes = try snapshots.compareModes(of: proposal.lostModes, in: proposal, with: target).other
    let kept = try Set(foreign.map(\.path)).union(snapshots.modeChanges(in: proposal)).union(modes)
    let record = RollbackRecord(
      number: await store.state.rollbacksMade + 1,
      target: target.id,
      safety: proposal.present.id,
      plan: proposal.plan(keeping: kept),
      projection: nil,
      reason: reason,
      task: task.id,
      kept: kept.isEmpty ? nil : kept.sorted()
    )
    try await begin(record, proposal, snapshots)
    try await finish(record, snapshots)
    return record.files
  }

  /// A rollback that the user asked for, thought through.
  private struct Rollback {
    let proposal: RestoreProposal
    /// The files that the user changed since, in order.
    let conflicts: [ProjectPath]
    let projection: Projection
    /// The rollback that it takes back; nil where it takes none back.
    let undone: RollbackRecord?
  }

  /// What a rollback leaves as it is.
  private func kept(
    _ rollback: Rollback,
    _ foreign: ForeignChanges,
    _ snapshots: SnapshotStore
  ) throws -> Set<ProjectPath> {
    guard foreign != .overwrite else { return [] }
    // Nothing shows who made an empty folder, and keeping it costs nobody anything.
    let placed = Set(rollback.undone?.plan.steps.map(\.path) ?? [])
    let folders = try snapshots.emptyFolders(removedBy: rollback.proposal).filter { !placed.contains($0) }
    return Set(folders).union(foreign == .keep ? rollback.conflicts : [])
  }

  private func propose(_ target: RollbackTarget, _ snapshots: SnapshotStore) async throws -> Rollback {
    let undone = target == .undo ? try await store.lastRollbackByUser() : nil
    let id = try await id(of: target, snapshots, undone)
    let snapshot = try snapshots.snapshot(id)
    guard var projection = try snapshots.projection(of: snapshot) else { throw RollbackRefused.withoutState(id) }
    if !projection.openSteps.isEmpty {
      // What was said since tells of files as they are not any more; such a step is decided on anew.
      let discussed = try await stepsDiscussed(since: id)
      projection.openSteps.removeAll { discussed.contains($0.number) }
    }
    let expected = try await expected(snapshot, snapshots)
    let proposal = try snapshots.proposeRestore(
      to: snapshot,
      label: await label("before the rollback to \(id)", snapshots),
      state: try await documents(),
      expected: expected,
      undoing: undone?.plan,
      isListed: false
    )
    // What checks left stays in the project, and is nobody's file but where the checkpoint has one.
    let returning = Set(proposal.changes.filter { $0.after != nil }.map(\.path))
    projection.byProducts.formUnion(await store.state.byProducts.subtracting(returning))
    let conflicts = try await Set(proposal.conflicts).union(noticed(proposal, snapshots))
      .union(changedModes(proposal, snapshots))
    return Rollback(proposal: proposal, conflicts: conflicts.sorted(), projection: projection, undone: undone)
  }

  /// The steps in which something was said since a checkpoint was taken; all, where the journal tells of no such one.
  private func stepsDiscussed(since checkpoint: SnapshotID) async throws -> Set<Int> {
    var steps: Set<Int> = []
    for stored in try await store.events(of: [.checkpointCreated, .checkpointRestored, .modelResponse]) {
      switch stored.event {
      case .checkpointCreated(let made) where made.checkpoint == checkpoint: steps = []
      case .checkpointRestored(let made) where made.safety == checkpoint: steps = []
      case .modelResponse(let response): steps.insert(response.step)
      default: break
      }
    }
    return steps
  }

  /// The state that a checkpoint holds; nil where it holds none.
  private func id(
    of target: RollbackTarget,
    _ snapshots: SnapshotStore,
    _ undone: RollbackRecord?
  ) async throws -> SnapshotID {
    switch target {
    case .checkpoint(let id): return id
    case .task(let id):
      guard let task = await store.state.task(id) else { throw RollbackRefused.unknownTask(id) }
      guard let first = task.firstCheckpoint else {
        if let lane = task.lane { return try beginning(of: task.id, in: lane, snapshots) }
        let drawn = await store.state.counters[id]?.attemptsDrawn ?? 0
        throw task.status != .pending || drawn > 0 ? RollbackRefused.nothingLeft(id) : RollbackRefused.notBegun(id)
      }
      do {
        return try snapshots.snapshot(first).id
      } catch SnapshotError.unknown {
        throw RollbackRefused.dropped(first, of: id)
      }
    case .undo:
      guard let undone else { throw RollbackRefused.nothingToUndo }
      return undone.safety
    }
  }

  /// The checkpoint for which a task's worktree was made, which none of the task's work has left yet.
  private func beginning(of task: TaskID, in lane: LaneRecord, _ snapshots: SnapshotStore) throws -> SnapshotID {
    for snapshot in snapshots.list().reversed() where snapshot.id <= lane.base {
      guard snapshot.label["Task"] == "\(task)", snapshot.label["Step"] != nil else { continue }
      let record = try snapshots.projection(of: snapshot)?.tasks.first { $0.id == task }
      if let record, record.status == .pending, record.lane == nil, record.origins.isEmpty { return snapshot.id }
    }
    throw RollbackRefused.inWorktree(task)
  }

  /// Puts beside the project what a rollback needs, and writes it down; from here on somebody has to end it.
  private func begin(_ record: RollbackRecord, _ proposal: RestoreProposal, _ snapshots: SnapshotStore) async throws {
    do {
      try snapshots.enlist(proposal)
      try snapshots.stage(record.plan)
    } catch {
      try? snapshots.discard(proposal)
      throw error
    }
    try await commit([.rollbackBegun(record)], [])
  }

  /// Carries a rollback out that is written down, and in one transaction says that it is done and replaces the state.
  @discardableResult
  private func finish(_ record: RollbackRecord, _ snapshots: SnapshotStore) async throws -> CheckpointRestoredEvent {
    let report = try await carryOut(record, snapshots)
    let files = record.files
    let event = CheckpointRestoredEvent(
      checkpoint: record.target,
      safety: record.safety,
      reason: record.reason,
      task: record.task,
      restored: files.keys.sorted(),
      kept: record.kept ?? [],
      rescued: report.rescued.map { "\($0.path) → .autonomy/checkpoints/\($0.place)" },
      withState: record.projection != nil,
      byUser: record.byUser,
      undone: record.undone
    )
    let replaced: [StateChange] = record.projection.map { [.projectionReplaced($0)] } ?? []
    // Where no run has looked at the files yet, a few of them would pass for all.
    let known: [StateChange] = try await store.knownFiles().isEmpty ? [] : [.filesKnown(files)]
    try await commit([.rollbackEnded(record.number)] + replaced + known, [.checkpointRestored(event)])
    return event
  }
}
