package import SourceControl

/// The worktree in which a task is worked on until its review passes, and how much of the project is in it.
package struct LaneRecord: Hashable, Codable, Sendable {
  /// The name of the worktree's folder.
  package let worktree: String
  /// The checkpoint of the project that is in it, below what the task changed.
  package internal(set) var base: SnapshotID
  /// The update to a later checkpoint that has begun; nil when none has.
  package internal(set) var update: LaneUpdate?
  /// The files in which a merge left marks that the task has to resolve.
  package internal(set) var marked: [ProjectPath] = []

  package init(worktree: String, base: SnapshotID) {
    self.worktree = worktree
    self.base = base
  }
}

/// An update of a worktree, written down before its files are touched so that it can be made again.
package struct LaneUpdate: Hashable, Codable, Sendable {
  package let target: SnapshotID
  /// What the task had made of files that the project has changed too; their contents are kept in the state.
  package let mine: [FileOrigin]
}

extension LaneRecord {
  /// How merges name the sides in the marks of what both changed.
  static let myLabel: StaticString = "this task"
  static let theirLabel: StaticString = "the project"
}
