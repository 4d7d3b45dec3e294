package import SourceControl

/// Makes and keeps the worktrees in which tasks are worked on.
package protocol LaneKeeping: Sendable {
  /// Makes a worktree with the files of a checkpoint; one that is in the way is removed.
  func make(for task: TaskID, at checkpoint: SnapshotID) async throws -> LaneRecord

  /// Carries out in a new worktree what the user says that one needs.
  ///
  /// Throws `StepStop.environment` where that fails.
  func prepare(_ lane: LaneRecord) async throws

  /// The worktree as a place to work in, and its files; nil where it is not there any more.
  func open(_ lane: LaneRecord) async throws -> (place: Workplace, files: Workspace)?

  /// The files of the worktree's base that are gone.
  func missing(_ lane: LaneRecord) async throws -> [ProjectPath]

  /// What differs in the project between two checkpoints, in the order of the paths.
  func changes(from base: SnapshotID, to target: SnapshotID) async throws -> [SnapshotChange]

  /// What a file holds in a checkpoint.
  func content(of version: FileVersion) async throws -> [UInt8]

  /// Brings the worktree's files from its base to a later checkpoint; the paths in `merged` get these contents.
  ///
  /// Throws `LaneDamage` where something in the worktree is in the way.
  func update(_ lane: LaneRecord, to target: SnapshotID, merged: [ProjectPath: [UInt8]?]) async throws

  /// Keeps the worktree of a task that is done, so that the next one can be made of it.
  func release(_ lane: LaneRecord, of task: TaskID) async throws

  /// Removes what was kept and is not in use again.
  func removeReleased() async throws

  /// Removes the worktree with all that is in it.
  func remove(_ lane: LaneRecord) async throws

  /// Puts the worktree of a failed task where nothing of ours touches it again, and answers the place in the project.
  ///
  /// It is named by the task and the last step, which are the same in a replay, whatever is kept there already.
  func setAside(_ lane: LaneRecord, of task: TaskID, after step: Int) async throws -> String
}
