@unsafe @preconcurrency import Glibc
import Persistence
package import Pipeline
package import SourceControl

/// What the user may do with a project's checkpoints while no run is at work on it.
package struct CheckpointDesk: Sendable {
  private let project: String
  private let configuration: Configuration
  private let command: String

  /// What is said where a project has no checkpoint yet.
  package static let nothingYet =
    "There is no checkpoint yet. A run takes them, and so does 'autonomy checkpoints create'."

  package init(project: String, configuration: Configuration, command: String) {
    self.project = project
    self.configuration = configuration
    self.command = command
  }

  /// All checkpoints of a project, also while a run is at work on it.
  package static func list(project: String) async throws -> SnapshotListing {
    try await RunFactory.refusing {
      // A folder that may not be read would pass for one without checkpoints.
      _ = try StateFolder(ofProject: project).exists()
      return try SnapshotStore.listing(in: "\(project)/.autonomy/checkpoints")
    }
  }

  /// Does what `use` does, in a project that has something to look at.
  ///
  /// In one that has not it throws `refusal`, and nothing is made.
  package func look<T: Sendable>(
    orThrow refusal: any Error,
    _ body: (CheckpointStore) async throws -> T
  ) async throws -> T {
    try await RunFactory.refusing {
      let isThere = unsafe access("\(project)/.autonomy/checkpoints", F_OK) == 0
      guard try isThere || StateFolder(ofProject: project).exists() else { throw refusal }
    }
    return try await use(body)
  }

  /// Opens the checkpoints, ends a rollback that was interrupted, and calls `body`.
  ///
  /// What is missing is made. Throws `RunRefusal` where a run is at work, or something cannot be used.
  package func use<T: Sendable>(_ body: (CheckpointStore) async throws -> T) async throws -> T {
    try await opened { store in
      try await store.recover()
      return try await body(store)
    }
  }

  /// Ends a rollback that was interrupted, and answers how; nil if there was none, or one that had changed nothing.
  func settle() async throws -> RollbackEnding? {
    try await opened { store in
      let ending = try await store.recover()
      // Whoever opens the store removes what such a one had put ready.
      if SnapshotStore.hasStagedFiles(in: "\(project)/.autonomy/checkpoints") { _ = try await store.size() }
      return ending
    }
  }

  private func opened<T: Sendable>(_ body: (CheckpointStore) async throws -> T) async throws -> T {
    try await RunFactory.refusing {
      try SnapshotStore.refuseUnsuitable(project)
      let folder = StateFolder(ofProject: project)
      try folder.make()
      let lock = try ProjectLock(folder: folder.path, command: command)
      defer { withExtendedLifetime(lock) {} }
      let executor = QueueExecutor(label: "autonomy.checkpoints")
      let state = try StateManager(path: folder.database, mask: configuration.secrets, executor: executor)
      let store = CheckpointStore(
        project: project,
        store: state,
        settings: configuration.checkpoint,
        executor: executor
      )
      return try await body(store)
    }
  }
}

extension CheckpointStore {
  /// All checkpoints that can be read, the oldest first.
  package func list() async throws -> [Snapshot] { try await snapshots().list() }

  /// Captures what is there now, under a name; retention never drops it.
  package func create(_ name: String) async throws -> Snapshot {
    let snapshot = try await take(CheckpointMoment(.user(name)))
    await tidy()
    return snapshot
  }

  /// What differs between a checkpoint and the present: files, tasks, and files as Git shows them.
  package func differenceSince(_ id: SnapshotID) async throws -> CheckpointDifference {
    let snapshots = try await snapshots()
    let base = try snapshots.snapshot(id)
    return try CheckpointDifference(
      try snapshots.changesSince(base),
      tasks: (try snapshots.projection(of: base)?.tasks ?? [], await store.state.tasks),
      patch: snapshots.patch
    )
  }

  /// The bytes that the checkpoints take on disk.
  package func size() async throws -> Int { try await snapshots().size() }
}
