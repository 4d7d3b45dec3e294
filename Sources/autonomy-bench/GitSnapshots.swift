@unsafe @preconcurrency import Glibc

/// What a script would do with Git's command line to capture a project beside its index, and to take it back.
struct GitSnapshots {
  let project: String

  private var settings: String {
    "export GIT_INDEX_FILE=.git/private GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1"
  }
  private let identity = "-c user.name=x -c user.email=x"

  func prepare() throws {
    try shell("git init --quiet && git config gc.auto 0")
  }

  /// Takes a snapshot; the time is that of the four commands it needs.
  func take() throws -> Duration {
    try shell(
      "git add -A && tree=$(git write-tree) && commit=$(git \(identity) commit-tree -m x $tree) "
        + "&& git update-ref refs/private/last $commit"
    )
  }

  /// Remembers the last snapshot as the one to go back to.
  func mark() throws {
    _ = try take()
    try shell("git update-ref refs/private/target refs/private/last")
  }

  /// Takes a snapshot and goes back to the remembered one.
  func rollback() throws -> Duration {
    let first = try take()
    let second = try shell(
      "git update-index --refresh --quiet; git read-tree --reset -u refs/private/target && git clean --quiet -fd"
    )
    return first + second
  }

  /// Forgets all snapshots and what was stored for them.
  func forget() throws {
    try shell("rm -rf .git && git init --quiet && git config gc.auto 0")
  }

  /// The bytes that the objects take, each file as it is.
  func size() throws -> Int {
    try SampleTree.size(of: project + "/.git/objects")
  }

  @discardableResult
  private func shell(_ commands: String) throws -> Duration {
    let words = ["/bin/sh", "-c", "cd '\(project)' && \(settings) && \(commands)"]
    return try ChildProcess(arguments: words).run().time
  }
}
