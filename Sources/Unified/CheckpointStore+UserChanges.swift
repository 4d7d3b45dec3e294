import Pipeline
import SourceControl

extension CheckpointStore {
  /// What the program believes the files to be that a rollback would touch.
  func expected(_ target: Snapshot, _ snapshots: SnapshotStore) async throws -> ExpectedFiles {
    let known = try await store.knownFiles()
    var changed: [ProjectPath: ObjectID?] = [:]
    for change in try snapshots.changesSince(target) {
      // Where no run has looked at them yet, whatever differs is the user's, but for what a rollback has left.
      changed[change.path] = .some(known.isEmpty ? change.before?.id : known[change.path])
    }
    if known.isEmpty, let left = try await leftByRollback(snapshots) {
      for change in try snapshots.changes(from: target, to: left) { changed[change.path] = .some(change.after?.id) }
    }
    return ExpectedFiles(base: target, changed: changed)
  }

  /// The files among a rollback's whose changes by the user runs have noticed, and that it would throw away.
  func noticed(_ proposal: RestoreProposal, _ snapshots: SnapshotStore) async throws -> [ProjectPath] {
    let since = UserChanges(try await store.events(of: UserChanges.kinds)).since(proposal.target.id)
    var differing: [SnapshotID: Set<ProjectPath>] = [:]
    return try proposal.changes.map(\.path).filter { path in
      guard let known = since[path] else { return false }
      guard let id = known.holder, let holder = try? snapshots.snapshot(id) else { return true }
      // A run's first checkpoint holds what it notices only afterwards.
      let paths = try differing[id] ?? Set(snapshots.changes(from: proposal.target, to: holder).map(\.path))
      differing[id] = paths
      return paths.contains(path)
    }
  }

  /// The files and folders among a rollback's whose permissions alone would change, and that the user has changed.
  func changedModes(_ proposal: RestoreProposal, _ snapshots: SnapshotStore) async throws -> [ProjectPath] {
    // No step changes the permissions of what is there, so that the user did, or the user's last rollback.
    guard let last = try await store.lastRollbackByUser(), last.target <= proposal.target.id,
      proposal.target.id <= last.safety
    else { return try snapshots.modeChanges(in: proposal) }
    do {
      return try snapshots.modeChanges(in: proposal, butFor: snapshots.snapshot(last.target))
    } catch SnapshotError.unknown where proposal.target.id == last.safety {
      // Retention has dropped what would tell, and a rollback can be taken back all the same.
      return []
    }
  }

  /// The files that the user changed between two checkpoints while no run was there to notice; nil for none.
  func changedByUser(
    since before: Snapshot,
    in checkpoint: Snapshot,
    _ snapshots: SnapshotStore
  ) async throws -> [ProjectPath]? {
    let known = try await store.knownFiles()
    let left = known.isEmpty ? try await leftByRollback(snapshots) : nil
    let differing = try left.map { Set(try snapshots.changes(from: $0, to: checkpoint).map(\.path)) }
    let byProducts = await store.state.byProducts
    let changes = try snapshots.changes(from: before, to: checkpoint).filter { change in
      if byProducts.contains(change.path) { return false }
      if !known.isEmpty { return known[change.path] != change.after?.id }
      return differing?.contains(change.path) ?? true
    }
    return changes.isEmpty ? nil : changes.map(\.path)
  }

  /// The checkpoint that the user's last rollback brought back, if it is still there.
  private func leftByRollback(_ snapshots: SnapshotStore) async throws -> Snapshot? {
    try await store.lastRollbackByUser().flatMap { try? snapshots.snapshot($0.target) }
  }
}
