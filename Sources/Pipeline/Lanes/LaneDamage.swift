import SourceControl

/// Something in a task's worktree keeps it from being used, such as a link that a check has put in place of a folder.
///
/// Only the task is concerned: nothing outside of the run can mend its worktree.
package struct LaneDamage: Error, Hashable, CustomStringConvertible {
  package let description: String

  /// Takes the reason, such as "'src/a.c': File exists".
  package init(_ reason: String, in lane: LaneRecord) {
    description =
      "The worktree '.autonomy/worktrees/\(lane.worktree)' cannot be used as the checks have left it: \(reason)"
  }
}

extension Lanes {
  /// What a file of a task's worktree holds; throws `LaneDamage` where something else is in its place.
  static func contents(of path: ProjectPath, in files: Workspace, _ lane: LaneRecord) async throws -> FileContents? {
    do throws(WorkspaceError) {
      return try await files.contents(of: path)
    } catch {
      guard error.code != .environment else { throw StepStop.environment("\(error)") }
      throw LaneDamage("\(error)", in: lane)
    }
  }
}
