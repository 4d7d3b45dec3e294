import CSystem
@unsafe @preconcurrency import Glibc
import Synchronization

/// Everything that one command started, including what left its process group.
///
/// This process is a child subreaper, so that whatever loses its parent becomes our child and can be found. Which
/// command an orphan belongs to is told by a variable in the environment it was started with; one that wiped its
/// environment is taken by the only command running, if it has a session of its own as no child we made has.
struct ProcessTree {
  /// The variable that marks the processes of one command.
  static let marker = "AUTONOMY_PROCESS_TREE"

  let mark: String
  private let root: pid_t
  /// Processes seen below the root while it lived.
  private var known: Set<pid_t> = []

  /// The roots of all commands that run, and how many are being started, because a process has only one table of
  /// children.
  private static let running = Mutex<(roots: Set<pid_t>, starting: Int)>(([], 0))
  private static let counter = Atomic<Int>(0)

  /// Makes this process the parent of orphans, once.
  private static let isSubreaper: Bool = {
    // With SIGCHLD ignored the kernel would reap children before their status is read.
    signal(SIGCHLD, SIG_DFL)
    return system_set_child_subreaper(1) == 0
  }()

  /// Returns a mark that no other command of this process has.
  static func makeMark() -> String {
    _ = isSubreaper
    return "\(getpid()).\(counter.add(1, ordering: .relaxed).newValue)"
  }

  /// Starts a command with `spawn`, which returns its number.
  ///
  /// Until that is known nobody may take it for an orphan: before its exec(2) it has no mark.
  static func start(_ spawn: () throws(ProcessError) -> pid_t) throws(ProcessError) -> pid_t {
    running.withLock { $0.starting += 1 }
    defer { running.withLock { $0.starting -= 1 } }
    let root = try spawn()
    running.withLock { _ = $0.roots.insert(root) }
    return root
  }

  init(root: pid_t, mark: String) {
    self.root = root
    self.mark = mark
  }

  /// Remembers what lives of the tree and says how many processes that is, and reaps orphans that have ended, so that
  /// they do not pile up as zombies; counts no further than `limit`.
  mutating func observe(limit: Int) -> Int {
    let orphans = orphans().filter { waitpid($0, nil, WNOHANG) == 0 }
    known = Set(ProcessTable.trees(under: [root] + orphans, limit: limit))
    return known.count
  }

  /// Kills the root's group and all that is known or found to be of this tree, but reaps nothing.
  mutating func kill() {
    Glibc.kill(-root, SIGKILL)
    let found = ProcessTable.stopTrees(under: [root] + orphans())
    known.formUnion(found)
    for pid in found { Glibc.kill(pid, SIGKILL) }
  }

  /// Kills and reaps what outlived the root, which has been waited for, and gives up after `limit`.
  mutating func sweep(limit: Duration = .seconds(5)) {
    Glibc.kill(-root, SIGKILL)
    let deadline = SuspendingClock.now + limit
    while case let mine = orphans(), !mine.isEmpty {
      let found = ProcessTable.stopTrees(under: mine)
      known.formUnion(found)
      for pid in found { Glibc.kill(pid, SIGKILL) }
      for pid in mine { waitpid(pid, nil, WNOHANG) }
      guard SuspendingClock.now < deadline else { break }
      usleep(500)
    }
    Self.running.withLock { _ = $0.roots.remove(root) }
  }

  /// Our children that this tree left behind.
  private func orphans() -> [pid_t] {
    // The usual case, in one call: with WNOWAIT waitid(2) only looks, and without any child it fails.
    var information = unsafe siginfo_t()
    if unsafe waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) < 0, errno == ECHILD { return [] }
    let children = ProcessTable.children(of: getpid())
    guard children.count > 1 || children.first != root else { return [] }
    // Asked after the children, so that one that was started since is not among them.
    let running = Self.running.withLock { $0 }
    return children.filter { child in
      guard !running.roots.contains(child) else { return false }
      if known.contains(child) || getsid(child) == root { return true }
      if let theirs = ProcessTable.environment(Self.marker, of: child), theirs.hasPrefix("\(getpid()).") {
        return theirs == mark
      }
      return running.roots.count <= 1 && running.starting == 0 && getsid(child) != getsid(0)
    }
  }
}
