@unsafe @preconcurrency import Glibc

/// Checks that a run which was killed has left running.
///
/// In a sandbox they die with it; without one nobody is left who would look after them and their time limit.
package enum LeftChecks {
  /// How long it is waited until they are gone.
  private static let patience = Duration.seconds(2)

  /// Kills those of a project with all that they have started, and answers how many they were; not for use while another run
  /// of the project may have one.
  @discardableResult
  package static func end(of project: String) async throws -> Int {
    let project = RealPath.of(project) ?? project
    return try await DedicatedThread.run {
      let left = ProcessTable.all().filter { isLeft($0, of: project) }
      let trees = ProcessTable.stopTrees(under: left)
      for pid in trees { kill(pid, SIGKILL) }
      let deadline = SuspendingClock.now + patience
      while trees.contains(where: { isAlive($0) }), SuspendingClock.now < deadline { usleep(500) }
      return left.count
    }
  }

  /// Whether the process belongs to a check of the project, and whoever ran that is not above it any more.
  private static func isLeft(_ pid: pid_t, of project: String) -> Bool {
    guard let cache = ProcessTable.environment(CheckEnvironment.cacheVariable, of: pid),
      let runner = ProcessTable.environment(ProcessTree.marker, of: pid)?.split(separator: ".").first,
      let runner = pid_t(runner)
    else { return false }
    let ours = "\(project)/.autonomy"
    let places = ["scratch", "worktrees"].map { "\(ours)/\($0)/" }
    guard cache == "\(ours)/cache" || places.contains(where: { cache.hasPrefix($0) }) else { return false }
    var above = ProcessTable.parent(of: pid)
    while let parent = above, parent > 1 {
      if parent == runner { return false }
      above = ProcessTable.parent(of: parent)
    }
    return true
  }

  /// Whether a process still does anything; what has ended may wait for its parent to take note.
  private static func isAlive(_ pid: pid_t) -> Bool {
    ProcessTable.state(of: pid).map { $0 != "Z" && $0 != "X" } ?? false
  }
}
