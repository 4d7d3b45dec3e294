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

  /// The files and folders among a rollback's whose permissions would change, and are what the user made them.
  func changedModes(_ proposal: RestoreProposal, _ snapshots: SnapshotStore) async throws -> Set<ProjectPath> {
    // No step changes the permissions of what is there, so that the user did, or the user's last rollback.
    let target = proposal.target.id
    let last = try await store.lastRollbackByUser().flatMap { $0.target <= target && target <= $0.safety ? $0 : nil }
    if let last, let left = try? snapshots.snapshot(last.target),
      let alone = try? snapshots.modeChanges(in: proposal, butFor: left)
    {
      return try await lostModes(proposal, since: last.target, snapshots).union(alone)
    }
    // What would tell is gone or cannot be read, and a rollback can be taken back all the same.
    if target == last?.safety { return [] }
    return try await lostModes(proposal, since: target, snapshots).union(snapshots.modeChanges(in: proposal))
  }

  /// The files that a rollback rewrites or removes, with permissions that the user gave them after a checkpoint.
  ///
  /// Rewriting a file keeps its permissions. So they are the user's if they were others at any time since the file is
  /// there without a break, as far as checkpoints show that.
  private func lostModes(
    _ proposal: RestoreProposal,
    since beginning: SnapshotID,
    _ snapshots: SnapshotStore
  ) async throws -> Set<ProjectPath> {
    var open = proposal.lostModes
    guard !open.isEmpty else { return [] }
    var changed: Set<ProjectPath> = []
    let history = CheckpointHistory(try await store.events(of: CheckpointHistory.kinds))
    for entry in history.back(to: beginning) where !open.isEmpty {
      switch entry {
      case .takenBack(let paths): open.subtract(paths)
      case .checkpoint(let id):
        // One that is gone, or cannot be read, tells nothing.
        guard let snapshot = try? snapshots.snapshot(id),
          let (other, absent) = try? snapshots.compareModes(of: open, in: proposal, with: snapshot)
        else { continue }
        changed.formUnion(other)
        open.subtract(other.union(absent))
      }
    }
    return changed
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
