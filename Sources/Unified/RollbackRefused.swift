import Pipeline
package import SourceControl

/// Why a rollback cannot be made; nothing was changed.
package struct RollbackRefused: Error, Hashable, CustomStringConvertible {
  /// Files that the user changed; empty where the reason is another.
  package let conflicts: [ProjectPath]
  package let description: String

  private init(_ description: String, conflicts: [ProjectPath] = []) {
    self.conflicts = conflicts
    self.description = description
  }

  static func changedByUser(_ paths: [ProjectPath]) -> RollbackRefused {
    let names = paths.prefix(5).map { "'\(printable($0))'" }.joined(separator: ", ")
    let what = paths.count > 5 ? "\(names) and \(paths.count - 5) more" : names
    return RollbackRefused(
      "You changed \(what) since. '--force' brings back all the same, '--keep-mine' leaves what you changed, "
        + "'--preview' shows it.",
      conflicts: paths
    )
  }

  static func unknownTask(_ id: TaskID) -> RollbackRefused {
    RollbackRefused("There is no task '\(id)'. 'autonomy tasks' lists them.")
  }

  static func notBegun(_ id: TaskID) -> RollbackRefused {
    RollbackRefused("The task '\(id)' has not begun, so there is nothing to undo.")
  }

  static func nothingLeft(_ id: TaskID) -> RollbackRefused {
    RollbackRefused(
      "Nothing of the task '\(id)' is in the project any more, so there is nothing to undo. "
        + "'autonomy tasks reopen \(id)' begins it again."
    )
  }

  static func inWorktree(_ id: TaskID) -> RollbackRefused {
    RollbackRefused(
      "What was done for the task '\(id)' is in a worktree and not in the project yet, so there is nothing to undo "
        + "there, and the checkpoint at which it began was dropped. 'autonomy checkpoints' lists those there are."
    )
  }

  static func dropped(_ checkpoint: SnapshotID, of task: TaskID) -> RollbackRefused {
    RollbackRefused(
      "The checkpoint '\(checkpoint)', at which task '\(task)' began, is not there any more: it was given up, or the limits under 'checkpoint' "
        + "dropped it. 'autonomy checkpoints' lists those there are."
    )
  }

  static func withoutState(_ checkpoint: SnapshotID) -> RollbackRefused {
    RollbackRefused("The checkpoint '\(checkpoint)' holds no state.")
  }

  static var nothingToUndo: RollbackRefused { RollbackRefused("There was no rollback yet that could be undone.") }

  /// A path on one line, with nothing in it that would steer a terminal.
  private static func printable(_ path: ProjectPath) -> String {
    String(
      String.UnicodeScalarView("\(path)".unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 })
    )
  }
}

extension RollbackTarget {
  /// What keeps a rollback from being made in a project without any checkpoint.
  package var refusalWithoutCheckpoints: any Error {
    switch self {
    case .checkpoint(let id): SnapshotError.unknown(id.description)
    case .task(let id): RollbackRefused.unknownTask(id)
    case .undo: RollbackRefused.nothingToUndo
    }
  }
}
