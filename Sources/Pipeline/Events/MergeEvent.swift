package import SourceControl

/// A task's worktree and the project were joined.
package struct MergeEvent: Hashable, Codable, Sendable {
  /// Which of the two got the other's changes.
  package enum Side: String, Codable, Sendable {
    /// The task's changes are in the project now.
    case project
    /// The project's changes since are in the worktree now.
    case worktree
  }

  package var step: Int
  package var task: TaskID
  package var into: Side
  /// The project as it was.
  package var checkpoint: SnapshotID
  /// The files that were changed by it.
  package var files: [ProjectPath]
  /// The files among them of which both sides had changed the same.
  package var conflicts: [ProjectPath]?

  package init(
    step: Int,
    task: TaskID,
    into: Side,
    checkpoint: SnapshotID,
    files: [ProjectPath],
    conflicts: [ProjectPath]? = nil
  ) {
    self.step = step
    self.task = task
    self.into = into
    self.checkpoint = checkpoint
    self.files = files
    self.conflicts = conflicts
  }
}
