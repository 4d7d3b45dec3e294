package import SourceControl

/// A rollback as it is written down before it touches a file, so that whoever comes next can end it.
package struct RollbackRecord: Hashable, Codable, Sendable {
  /// Counts up over the whole project.
  package var number: Int
  /// The checkpoint that is brought back.
  package var target: SnapshotID
  /// The checkpoint of what was there before, which takes the rollback back.
  package var safety: SnapshotID
  /// What it does file by file; of one that ended that is kept only as long as it may be needed.
  package var plan: RestorePlan
  /// The state that comes with the files; nil where only files are brought back, and where the plan was dropped.
  package var projection: Projection?
  /// What asked for it: `user`, `undo`, `failed task`, `dropped task`, `decision`.
  package var reason: String
  /// The task whose changes it takes back; nil where the user began it.
  package var task: TaskID?
  /// The files that stay as they are, because somebody else changed them; nil for none.
  package var kept: [ProjectPath]?
  /// The files that the user had changed and no run had noticed, kept or not; nil for none.
  package var byUser: [ProjectPath]?
  /// Where the rollback led that this one takes back; nil where it takes none back.
  package var undone: SnapshotID?

  /// The reasons of those that the user began.
  static let reasonsOfUser = ["user", "undo"]

  package var isByUser: Bool { Self.reasonsOfUser.contains(reason) }

  /// What the files hold that the rollback brings back; nil for those that it removes.
  package var files: [ProjectPath: ObjectID?] {
    var files: [ProjectPath: ObjectID?] = [:]
    for step in plan.steps where step.before?.version != nil || step.after?.version != nil {
      files[step.path] = .some(step.after?.version?.id)
    }
    return files
  }

  package init(
    number: Int,
    target: SnapshotID,
    safety: SnapshotID,
    plan: RestorePlan,
    projection: Projection?,
    reason: String,
    task: TaskID? = nil,
    kept: [ProjectPath]? = nil,
    byUser: [ProjectPath]? = nil,
    undone: SnapshotID? = nil
  ) {
    self.number = number
    self.target = target
    self.safety = safety
    self.plan = plan
    self.projection = projection
    self.reason = reason
    self.task = task
    self.kept = kept
    self.byUser = byUser
    self.undone = undone
  }
}
