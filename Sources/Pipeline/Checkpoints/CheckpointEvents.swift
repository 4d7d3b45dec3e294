package import SourceControl

/// Files and state were captured.
package struct CheckpointCreatedEvent: Hashable, Codable, Sendable {
  package var checkpoint: SnapshotID
  package var step: Int?
  package var task: TaskID?
  /// What it is called in lists.
  package var message: String
  package var files: Int
  /// How many files differ from the checkpoint before.
  package var changes: Int
  /// The bytes that it added to the store.
  package var stored: Int
  /// Files that could not be captured, up to ten of them.
  package var skipped: [ProjectPath]?
  /// Files that the user changed since the checkpoint before, where no run was there to notice; nil for none.
  package var byUser: [ProjectPath]?

  package init(
    checkpoint: SnapshotID,
    step: Int? = nil,
    task: TaskID? = nil,
    message: String,
    files: Int,
    changes: Int,
    stored: Int,
    skipped: [ProjectPath]? = nil,
    byUser: [ProjectPath]? = nil
  ) {
    self.checkpoint = checkpoint
    self.step = step
    self.task = task
    self.message = message
    self.files = files
    self.changes = changes
    self.stored = stored
    self.skipped = skipped
    self.byUser = byUser
  }

  private enum CodingKeys: String, CodingKey {
    case checkpoint, step, task, message, files, changes, stored, skipped
    case byUser = "by_user"
  }
}

/// Files were brought back, and the state with them where it says so.
package struct CheckpointRestoredEvent: Hashable, Codable, Sendable {
  package var checkpoint: SnapshotID
  /// The checkpoint of what was there before.
  package var safety: SnapshotID
  /// What asked for it: `user`, `undo`, `failed task`, `dropped task`, `decision`.
  package var reason: String
  package var task: TaskID?
  /// The files that were brought back or removed.
  package var restored: [ProjectPath]
  /// The files that stayed as they are, because somebody else changed them.
  package var kept: [ProjectPath]
  /// Where things were moved that stood in the way and are in no checkpoint.
  package var rescued: [String]
  /// Whether the tasks and the plan were brought back too.
  package var withState: Bool
  /// The files that the user had changed and no run had noticed, kept or not; nil for none.
  package var byUser: [ProjectPath]?
  /// The checkpoint to which the rollback led that this one takes back; nil where it takes none back.
  package var undone: SnapshotID?

  package init(
    checkpoint: SnapshotID,
    safety: SnapshotID,
    reason: String,
    task: TaskID? = nil,
    restored: [ProjectPath],
    kept: [ProjectPath] = [],
    rescued: [String] = [],
    withState: Bool,
    byUser: [ProjectPath]? = nil,
    undone: SnapshotID? = nil
  ) {
    self.checkpoint = checkpoint
    self.safety = safety
    self.reason = reason
    self.task = task
    self.restored = restored
    self.kept = kept
    self.rescued = rescued
    self.withState = withState
    self.byUser = byUser
    self.undone = undone
  }

  private enum CodingKeys: String, CodingKey {
    case checkpoint, safety, reason, task, restored, kept, rescued, undone
    case withState = "with_state"
    case byUser = "by_user"
  }
}
