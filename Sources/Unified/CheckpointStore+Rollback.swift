import JSON
package import Pipeline
package import SourceControl

/// Where a rollback goes.
package enum RollbackTarget: Hashable, Sendable {
  case checkpoint(SnapshotID)
  /// To where a task began.
  case task(TaskID)
  /// To what was there before the last rollback.
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
  /// The files among those that somebody else changed.
  package let conflicts: [ProjectPath]
  /// Files that stay because the target's rules ignore them.
  package let ignored: [ProjectPath]
  /// The changes as Git shows them; names and contents may be no text.
  package let patch: [UInt8]
}

/// Why a rollback cannot be made; nothing was changed.
package struct RollbackRefused: Error, Hashable, CustomStringConvertible {
  /// Files that somebody else changed; empty where the reason is another.
  package let conflicts: [ProjectPath]
  package let description: String
}

extension CheckpointStore {
  /// Ends a rollback that was begun and interrupted; true if there was one.
  @discardableResult
  package func recover() async throws -> Bool {
    guard let record = try await store.pendingRollback() else { return false }
    let snapshots = try await snapshots(pending: record.plan)
    try await finish(record, snapshots, kept: [])
    return true
  }

  /// Shows what a rollback would change.
  package func preview(_ target: RollbackTarget) async throws -> RollbackPreview {
    let snapshots = try await snapshots()
    let proposal = try await propose(target, snapshots)
    var patch: [UInt8] = []
    for change in proposal.changes { patch += try snapshots.patch(change) }
    return RollbackPreview(
      target: proposal.target,
      changes: proposal.changes,
      conflicts: proposal.conflicts,
      ignored: proposal.ignored,
      patch: patch
    )
  }

  /// Brings files and state back together; what was there before is in a safety checkpoint.
  package func rollBack(to target: RollbackTarget, _ foreign: ForeignChanges) async throws -> CheckpointRestoredEvent {
    let snapshots = try await snapshots()
    let proposal = try await propose(target, snapshots)
    guard foreign != .refuse || proposal.conflicts.isEmpty else {
      throw RollbackRefused(
        conflicts: proposal.conflicts,
        description: "\(Self.names(proposal.conflicts)) changed since, by somebody else. '--force' brings back all the "
          + "same, '--keep-mine' leaves what was changed, '--preview' shows it."
      )
    }
    let kept = foreign == .keep ? Set(proposal.conflicts) : []
    let document = try snapshots.state(of: proposal.target).first { $0.name == "projection.json" }
    guard let document else {
      throw RollbackRefused(conflicts: [], description: "The checkpoint '\(proposal.target.id)' holds no state.")
    }
    let projection = try JSONValue(parsing: document.bytes).decoded(as: Projection.self)
    let record = try await begin(
      proposal,
      keeping: kept,
      projection,
      reason: target == .undo ? "undo" : "user",
      snapshots
    )
    return try await finish(record, snapshots, kept: kept.sorted())
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
      label: await label("before the files of \(task.id) are brought back", task: task.id),
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
    let kept = Set(foreign.map(\.path))
    guard !proposal.changes.isEmpty else { return [:] }
    let record = try await begin(proposal, keeping: kept, nil, reason: reason, snapshots)
    try await finish(record, snapshots, kept: kept.sorted(), task: task.id)
    return record.files
  }

  private func propose(_ target: RollbackTarget, _ snapshots: SnapshotStore) async throws -> RestoreProposal {
    let id = try await id(of: target)
    let snapshot = try snapshots.snapshot(id)
    let expected = try await expected(snapshot, snapshots)
    return try snapshots.proposeRestore(
      to: snapshot,
      label: await label("before the rollback to \(id)"),
      state: try await documents(),
      expected: expected,
      undoing: target == .undo ? try await store.lastRollback()?.plan : nil
    )
  }

  private func id(of target: RollbackTarget) async throws -> SnapshotID {
    switch target {
    case .checkpoint(let id): return id
    case .task(let id):
      guard let task = await store.state.task(id) else {
        throw RollbackRefused(conflicts: [], description: "There is no task '\(id)'. 'autonomy tasks' lists them.")
      }
      guard let first = task.firstCheckpoint else {
        throw RollbackRefused(
          conflicts: [],
          description: "The task '\(id)' has not begun, so there is nothing to undo."
        )
      }
      return first
    case .undo:
      guard let last = try await store.lastRollback() else {
        throw RollbackRefused(conflicts: [], description: "There was no rollback yet that could be undone.")
      }
      return last.safety
    }
  }

  /// What the program believes the files to be that a rollback would touch; nil where it has not looked at them yet.
  private func expected(_ target: Snapshot, _ snapshots: SnapshotStore) async throws -> ExpectedFiles? {
    let known = try await store.knownFiles()
    guard !known.isEmpty else { return nil }
    let changed = try snapshots.changesSince(target).map { ($0.path, known[$0.path]) }
    return ExpectedFiles(base: target, changed: Dictionary(changed) { $1 })
  }

  private func begin(
    _ proposal: RestoreProposal,
    keeping kept: Set<ProjectPath>,
    _ projection: Projection?,
    reason: String,
    _ snapshots: SnapshotStore
  ) async throws -> RollbackRecord {
    let plan = proposal.plan(keeping: kept)
    try snapshots.stage(plan)
    let record = RollbackRecord(
      number: await store.state.rollbacksMade + 1,
      target: proposal.target.id,
      safety: proposal.present.id,
      plan: plan,
      projection: projection,
      reason: reason
    )
    try await commit([.rollbackBegun(record)], [])
    return record
  }

  /// Carries a rollback out that is written down, and in one transaction says that it is done and replaces the state.
  @discardableResult
  private func finish(
    _ record: RollbackRecord,
    _ snapshots: SnapshotStore,
    kept: [ProjectPath],
    task: TaskID? = nil
  ) async throws -> CheckpointRestoredEvent {
    let report = try snapshots.apply(record.plan)
    let files = record.files
    let event = CheckpointRestoredEvent(
      checkpoint: record.target,
      safety: record.safety,
      reason: record.reason,
      task: task,
      restored: files.keys.sorted(),
      kept: kept,
      rescued: report.rescued.map { "\($0.path) → .autonomy/checkpoints/\($0.place)" },
      withState: record.projection != nil
    )
    let replaced: [StateChange] = record.projection.map { [.projectionReplaced($0)] } ?? []
    try await commit([.rollbackEnded(record.number)] + replaced + [.filesKnown(files)], [.checkpointRestored(event)])
    return event
  }

  private static func names(_ paths: [ProjectPath]) -> String {
    let names = paths.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return paths.count > 5 ? "\(names) and \(paths.count - 5) more" : names
  }
}
