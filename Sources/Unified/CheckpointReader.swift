@unsafe @preconcurrency import Glibc
import JSON
package import Pipeline
package import SourceControl

/// A project's checkpoints for whoever only reads them, also while a run is at work on it.
package struct CheckpointReader {
  private let snapshots: SnapshotStore

  /// Calls `body` with the checkpoints of a project; throws `refusal` in one that has none.
  package static func read<T: Sendable>(
    project: String,
    orThrow refusal: any Error,
    _ body: (CheckpointReader) throws -> T
  ) async throws -> T {
    try await RunFactory.refusing {
      let folder = "\(project)/.autonomy/checkpoints"
      guard unsafe access("\(folder)/objects", F_OK) == 0 else { throw refusal }
      return try body(CheckpointReader(snapshots: try SnapshotStore(reading: folder, of: project)))
    }
  }

  package func checkpoint(_ id: SnapshotID) throws -> Snapshot { try snapshots.snapshot(id) }

  /// What a checkpoint changed against the one before it.
  package func changes(in checkpoint: Snapshot) throws -> [SnapshotChange] {
    guard let before = snapshots.list().last(where: { $0.id < checkpoint.id }) else { return [] }
    return try snapshots.changes(from: before, to: checkpoint)
  }

  /// Files that a checkpoint could not take in, with the reason in a word.
  package func skipped(in checkpoint: Snapshot) throws -> [(path: ProjectPath, reason: String)] {
    try snapshots.skipped(in: checkpoint)
  }

  /// What differs between two checkpoints: files, tasks, and files as Git shows them.
  package func difference(_ first: SnapshotID, _ second: SnapshotID) throws -> CheckpointDifference {
    let (base, other) = (try snapshots.snapshot(first), try snapshots.snapshot(second))
    return try CheckpointDifference(
      try snapshots.changes(from: base, to: other),
      tasks: (try snapshots.projection(of: base)?.tasks ?? [], try snapshots.projection(of: other)?.tasks ?? []),
      patch: snapshots.patch
    )
  }
}

/// What differs between two checkpoints, or between one and the present.
package struct CheckpointDifference: Sendable {
  package let changes: [SnapshotChange]
  package let tasks: [TaskDifference]
  /// The changes as Git shows them; names and contents may be no text.
  package let patch: [UInt8]

  init(
    _ changes: [SnapshotChange],
    tasks: (before: [TaskRecord], after: [TaskRecord]),
    patch: (SnapshotChange) throws -> [UInt8]
  ) rethrows {
    self.changes = changes
    self.tasks = TaskDifference.between(tasks.before, tasks.after)
    self.patch = try changes.flatMap { try patch($0) }
  }
}

extension SnapshotStore {
  /// The tasks and counters that a checkpoint holds; nil where it was taken without.
  func projection(of snapshot: Snapshot) throws -> Projection? {
    let document = try state(of: snapshot).first { $0.name == "projection.json" }
    return try document.map { try JSONValue(parsing: $0.bytes).decoded(as: Projection.self) }
  }
}
