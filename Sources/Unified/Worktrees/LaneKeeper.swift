import Pipeline
import SourceControl
import Synchronization

/// The worktrees of a run's tasks in `.autonomy/worktrees`, made from its checkpoints.
final class LaneKeeper: LaneKeeping {
  private let store: CheckpointStore
  private let preparation: any LanePreparing
  private let workplace: @Sendable (Workspace) -> Workplace
  private let project: Workspace
  private let opened = Mutex<[String: (place: Workplace, files: Workspace)]>([:])
  /// The worktrees of tasks that are done.
  private let spares = Mutex<[Worktree]>([])

  /// Takes what makes a place to work in of a worktree's files.
  init(
    store: CheckpointStore,
    project: Workspace,
    preparation: any LanePreparing,
    workplace: @escaping @Sendable (Workspace) -> Workplace
  ) {
    self.store = store
    self.project = project
    self.preparation = preparation
    self.workplace = workplace
  }

  private func worktree(_ lane: LaneRecord) -> Worktree {
    Worktree(name: lane.worktree, path: "\(Worktree.folder(of: project.root))/\(lane.worktree)")
  }

  func make(for task: TaskID, at checkpoint: SnapshotID) async throws -> LaneRecord {
    let lane = LaneRecord(worktree: Worktree.Purpose.task.name("\(task)"), base: checkpoint)
    // Left by a start that was killed before it said whose it is.
    try await remove(lane)
    let spare = spares.withLock { $0.popLast() }
    return try await stopping {
      _ = try await store.makeWorktree(
        for: .task,
        "\(task)",
        at: checkpoint,
        sharing: preparation.shared,
        from: spare
      )
      return lane
    }
  }

  func prepare(_ lane: LaneRecord) async throws {
    do {
      try await preparation.prepare(worktree(lane))
    } catch let refusal as RunRefusal {
      throw StepStop.environment(refusal.description)
    }
  }

  func open(_ lane: LaneRecord) async throws -> (place: Workplace, files: Workspace)? {
    if let known = opened.withLock({ $0[lane.worktree] }) { return known }
    let worktree = worktree(lane)
    guard FileKind.of(worktree.path) == .folder else { return nil }
    let files = try project.sibling(at: worktree.path)
    let place = (workplace(files), files)
    opened.withLock { $0[lane.worktree] = place }
    return place
  }

  func missing(_ lane: LaneRecord) async throws -> [ProjectPath] {
    guard let (place, _) = try await open(lane) else { return [] }
    let base = try await stopping { try await store.paths(in: lane.base) }
    let there = try await place.project.listing(excluding: [], including: Set(base)).files
    return base.filter { there[$0] == nil }
  }

  func changes(from base: SnapshotID, to target: SnapshotID) async throws -> [SnapshotChange] {
    try await stopping { try await store.changes(from: base, to: target) }
  }

  func content(of version: FileVersion) async throws -> [UInt8] {
    try await stopping { try await store.content(of: version) }
  }

  func update(_ lane: LaneRecord, to target: SnapshotID, merged: [ProjectPath: [UInt8]?]) async throws {
    try await stopping {
      do {
        try await store.update(worktree(lane), from: lane.base, to: target, merged: merged)
      } catch SnapshotError.refused(let path, let message, isDiskFull: false) {
        throw LaneDamage("'\(path)': \(message).", in: lane)
      }
    }
  }

  func remove(_ lane: LaneRecord) async throws {
    opened.withLock { $0[lane.worktree] = nil }
    try await worktree(lane).remove()
  }

  func release(_ lane: LaneRecord, of task: TaskID) async throws {
    opened.withLock { $0[lane.worktree] = nil }
    let spare = try await worktree(lane).setAside(as: .spare, "\(task)")
    spares.withLock { $0.append(spare) }
  }

  func removeReleased() async throws {
    while let spare = spares.withLock({ $0.popLast() }) { try await spare.remove() }
  }

  func setAside(_ lane: LaneRecord, of task: TaskID, after step: Int) async throws -> String {
    opened.withLock { $0[lane.worktree] = nil }
    return ".autonomy/worktrees/\(try await worktree(lane).setAside(as: .failed, "\(task)-\(step)").name)"
  }

  /// Turns what the store of checkpoints cannot do into what ends the run.
  private func stopping<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let error as SnapshotError {
      throw CheckpointStore.stop(for: error)
    } catch let error as LibGit2Error {
      throw StepStop.environment("\(error)")
    } catch let error as ScratchCopyError {
      throw StepStop.environment("\(error)")
    }
  }
}

extension CheckpointStore {
  func changes(from base: SnapshotID, to target: SnapshotID) async throws -> [SnapshotChange] {
    guard base != target else { return [] }
    let snapshots = try await snapshots()
    return try snapshots.changes(from: snapshots.snapshot(base), to: snapshots.snapshot(target))
  }

  func paths(in checkpoint: SnapshotID) async throws -> [ProjectPath] {
    let snapshots = try await snapshots()
    return try snapshots.paths(in: snapshots.snapshot(checkpoint))
  }

  /// What the regular files of a checkpoint hold.
  func files(in checkpoint: SnapshotID) async throws -> [ProjectPath: ObjectID] {
    let snapshots = try await snapshots()
    return try snapshots.files(in: snapshots.snapshot(checkpoint))
  }

  func content(of version: FileVersion) async throws -> [UInt8] { try await snapshots().content(of: version) }

  func update(
    _ worktree: Worktree,
    from base: SnapshotID,
    to target: SnapshotID,
    merged: [ProjectPath: [UInt8]?]
  ) async throws {
    let snapshots = try await snapshots()
    try snapshots.update(
      worktree.path,
      from: snapshots.snapshot(base),
      to: snapshots.snapshot(target),
      merged: merged
    )
  }
}
