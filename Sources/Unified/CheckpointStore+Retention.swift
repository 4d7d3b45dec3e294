import Pipeline
package import SourceControl

/// What the tidying of a store did.
package struct CheckpointCollection: Hashable, Sendable {
  package var dropped: [SnapshotID] = []
  /// The bytes on disk before and after.
  package var before = 0
  package var after = 0
  /// How many of the bytes after are those of what rollbacks moved out of the way.
  package var rescued = 0
  /// How many bytes the checkpoints may take.
  package var limit = 0
  /// Why nothing was freed; nil if it was.
  package var trouble: String?

  /// Whether what has to be kept takes more than it may.
  package var isTooLarge: Bool { after - rescued > limit }
}

/// What is wrong with a project's checkpoints.
package struct CheckpointVerification: Hashable, Sendable {
  /// How many there are.
  package var count = 0
  package var damages: [SnapshotDamage] = []
  /// Those that the journal tells of, that are neither old nor many, and that are not there.
  package var lost: [SnapshotID] = []
  /// Whether none is there that the journal tells of, although the newest is always kept.
  package var isStoreLost = false

  /// The checkpoints that are damaged.
  package var damaged: Set<SnapshotID> { Set(damages.compactMap(\.snapshot)) }
}

extension CheckpointStore {
  /// Drops what retention does not keep, but for what tasks that are not done may need.
  ///
  /// In a store that is damaged nothing is freed, which 'gc' and 'verify' tell of.
  @discardableResult
  package func prune() async throws -> [SnapshotID] {
    do {
      return try await drop()
    } catch SnapshotError.uncollectable {
      return []
    }
  }

  private func drop() async throws -> [SnapshotID] {
    let open = await store.state.tasks.filter { $0.status != .done }
    var pinned = Set(open.flatMap { [$0.firstCheckpoint, $0.lane?.base, $0.lane?.update?.target].compactMap(\.self) })
    for last in [try await store.lastRollback(), try await store.lastRollbackByUser()] {
      if let last { pinned.insert(last.safety) }
    }
    if let run = await store.state.run?.id, let start = try await start(of: run) { pinned.insert(start) }
    let policy = RetentionPolicy(
      count: settings.count,
      age: Int(settings.age / .seconds(1)),
      size: settings.size << 20
    )
    let snapshots = try await snapshots()
    defer {
      // Not at every step of a run, but when there are a quarter too many, and at least eight.
      let kept = snapshots.list().count { $0.kind != .manual }
      let others = snapshots.count - kept
      pruningCount = others + max(kept, settings.count) + max(8, settings.count / 4)
    }
    return try snapshots.prune(policy, pinned: pinned)
  }

  /// The checkpoint that a run began with, from which it can be played again.
  private func start(of run: RunID) async throws -> SnapshotID? {
    let all = try await snapshots().list()
    guard let position = all.firstIndex(where: { $0.label["Run"] == run.description }) else { return nil }
    let isOwn = all[position].label.message == CheckpointMoment.startLabel(of: run)
    // Where nothing had changed, it is the one that was there already.
    return isOwn || position == 0 ? all[position].id : all[position - 1].id
  }

  /// Drops what retention does not keep, after something that is done whether this succeeds or not.
  package func tidy() async {
    // Only clean-up: 'gc' tells what is in its way.
    _ = try? await prune()
  }

  /// Drops what retention does not keep and frees the space; with `damagedToo` also what is not whole.
  package func collectGarbage(damagedToo: Bool = false) async throws -> CheckpointCollection {
    let snapshots = try await snapshots()
    var collection = CheckpointCollection()
    collection.limit = settings.size << 20
    collection.before = try snapshots.size()
    do {
      if damagedToo {
        let damaged = Set(try snapshots.verify().compactMap(\.snapshot))
        try snapshots.drop(damaged)
        collection.dropped = damaged.sorted()
        try snapshots.collectGarbage(mending: true)
      }
      collection.dropped += try await drop()
    } catch let error as SnapshotError {
      guard case .uncollectable = error else { throw error }
      collection.trouble = "\(error)"
    }
    collection.after = try snapshots.size()
    collection.rescued = try snapshots.rescuedSize()
    return collection
  }

  /// Reads every object, and tells what is wrong, and which checkpoints are not there that should be.
  package func verify() async throws -> CheckpointVerification {
    let snapshots = try await snapshots()
    let made = try await store.checkpointsMade()
    var verification = CheckpointVerification(count: snapshots.count, damages: try snapshots.verify())
    let kept = made.keys.sorted().suffix(settings.count)
    let oldest = Timestamp.now.milliseconds / 1000 - Int(settings.age / .seconds(1))
    verification.lost = kept.filter { !snapshots.contains($0) && made[$0, default: 0] > oldest }
    // One in which all were given up says so.
    let hasOthers = snapshots.count > 0 || !snapshots.hasReferences
    verification.isStoreLost = !made.isEmpty && hasOthers && !made.keys.contains { snapshots.contains($0) }
    return verification
  }
}

extension CheckpointMoment {
  /// What the checkpoint is called that a run begins with.
  static func startLabel(of run: RunID) -> String { "\(run) starts" }
}
