package import SourceControl

/// A rollback as it is written down before it touches a file, so that whoever comes next can end it.
package struct RollbackRecord: Hashable, Codable, Sendable {
  /// Counts up over the whole project.
  package var number: Int
  /// The checkpoint that is brought back.
  package var target: SnapshotID
  /// The checkpoint of what was there before, which takes the rollback back.
  package var safety: SnapshotID
  package var plan: RestorePlan
  /// The state that comes with the files; nil where only files are brought back.
  package var projection: Projection?
  /// What asked for it: `user`, `undo`, `failed task`, `dropped task`, `decision`.
  package var reason: String

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
    reason: String
  ) {
    self.number = number
    self.target = target
    self.safety = safety
    self.plan = plan
    self.projection = projection
    self.reason = reason
  }
}
