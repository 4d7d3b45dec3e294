package import SourceControl

/// Captures a project's files and the pipeline's state together, and brings files back.
package protocol Checkpointing: Sendable {
  /// Captures what is there now, and journals it.
  ///
  /// Throws `StepStop` where it cannot: without the way back, no step may change a file.
  @discardableResult
  func capture(_ moment: CheckpointMoment) async throws -> SnapshotID

  /// Brings the files that a task which was given up changed back to what they were, as far as they are still what it left.
  func takeBack(_ task: TaskRecord) async throws

  /// Brings the files that a task changed back to a checkpoint, as far as they are still what it left.
  /// Answers what the brought back files hold now; nil for those that are gone.
  func restore(_ task: TaskRecord, to checkpoint: SnapshotID) async throws -> [ProjectPath: ObjectID?]
}

/// The moment at which a checkpoint is taken.
package struct CheckpointMoment: Hashable, Sendable {
  /// Why it is taken.
  package enum Reason: Hashable, Sendable {
    /// When a run begins or goes on, so that it can be had again.
    case run(RunID)
    /// Before a step that may change files.
    case step(Int, Action)
    /// Before a task's worktree and the project are joined.
    case merge(TaskID)
    /// A task is done.
    case done(TaskID)
    /// The user wants it, under this name.
    case user(String)
  }

  package var reason: Reason

  package init(_ reason: Reason) {
    self.reason = reason
  }
}
