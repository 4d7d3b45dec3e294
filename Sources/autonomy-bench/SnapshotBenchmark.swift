@unsafe @preconcurrency import Glibc
import SourceControl

/// What it costs to capture a project and to take it back, against Git's command line with an index of its own.
struct SnapshotBenchmark {
  let fileCount: Int
  /// What the issue asks for: first, unchanged, ten changed, rollback, size on disk.
  let targets: [Double]

  static let small = SnapshotBenchmark(fileCount: 1000, targets: [0.35, 0.25, 0.25, 0.2, 0.25])
  static let medium = SnapshotBenchmark(fileCount: 10_000, targets: [0.3, 0.4, 0.32, 0.2, 0.25])
  static let large = SnapshotBenchmark(fileCount: 100_000, targets: [0.25, 0.45, 0.32, 0.18, 0.25])

  func measurements() throws -> [Measurement] {
    let project = try SampleTree(fileCount: fileCount)
    let git = GitSnapshots(project: project.path)
    try git.prepare()
    let first = try alternately(fileCount > 50_000 ? 1 : 3) {
      try git.forget()
      return try git.take()
    } own: {
      try remove(project.store)
      let start = ContinuousClock.now
      _ = try open(project).snapshot(SnapshotLabel("First"))
      return ContinuousClock.now - start
    }
    var results = try measureNext(project, git, first)
    if fileCount > 50_000 { results += try memory(project) }
    return results
  }

  private func measureNext(
    _ project: SampleTree,
    _ git: GitSnapshots,
    _ first: (own: Double, git: Double)
  ) throws -> [Measurement] {
    let store = try open(project)
    let size = (own: try SampleTree.size(of: project.store), git: try git.size())
    _ = try store.snapshot(SnapshotLabel("Again"))
    // What was just written may change within the clock's granularity, and is looked at twice.
    usleep(100_000)
    _ = try store.snapshot(SnapshotLabel("Again"))
    let rounds = fileCount > 50_000 ? 5 : 15
    let unchanged = try alternately(rounds) {
      try git.take()
    } own: {
      try time { try take(store) }
    }
    let changed = try alternately(rounds) {
      try project.changeTen()
      return try git.take()
    } own: {
      try project.changeTen()
      return try time { try take(store) }
    }
    let rollback = try alternately(rounds) {
      try git.mark()
      try project.changeTen()
      return try git.rollback()
    } own: {
      let target = try store.snapshot(SnapshotLabel("Target"), kind: .manual)
      try project.changeTen()
      return try time {
        let plan = try store.proposeRestore(to: target, label: SnapshotLabel("Safety")).plan()
        try store.stage(plan)
        guard try store.apply(plan).isExact else {
          throw ChildProcess.Failure(description: "The rollback was not exact.")
        }
      }
    }
    var results = zip(
      ["first snapshot", "unchanged", "ten files changed", "rollback"],
      [first, unchanged, changed, rollback]
    )
    .enumerated().map { index, item in measurement(item.0, "ms", item.1, targets[index]) }
    results.append(
      measurement("store on disk", "MiB", (Double(size.own) / 1_048_576, Double(size.git) / 1_048_576), targets[4])
    )
    return results
  }

  private func measurement(
    _ name: String,
    _ unit: String,
    _ figures: (own: Double, git: Double),
    _ target: Double
  ) -> Measurement {
    Measurement(
      name: "\(name), \(fileCount) files",
      value: figures.own,
      unit: unit,
      yardstick: ("git", figures.git),
      target: "at most \(target) times"
    )
  }

  /// Takes snapshots in a process of its own, and says how much memory that needed at the most.
  private func memory(_ project: SampleTree) throws -> [Measurement] {
    var results: [Measurement] = []
    try remove(project.store)
    for (name, limit) in [("first snapshot", 50), ("unchanged", 30)] {
      let child = ChildProcess(arguments: ["/proc/self/exe", Self.childWord, project.path, project.store])
      let peak = Double(try child.run(watchesMemory: true).peak) / 1024
      results.append(
        Measurement(
          name: "peak memory, \(name), \(fileCount) files",
          value: peak,
          unit: "MiB",
          target: "at most \(limit) MiB"
        )
      )
    }
    return results
  }

  /// The word with which the benchmark starts itself to measure memory.
  static let childWord = "--take-snapshot"

  static func takeInChild(_ words: ArraySlice<String>) throws {
    guard let project = words.first, let store = words.last else { return }
    _ = try SnapshotStore(root: project, folder: store).snapshot(SnapshotLabel("Measured"))
  }

  private func open(_ project: SampleTree) throws -> SnapshotStore {
    try SnapshotStore(root: project.path, folder: project.store)
  }

  private func take(_ store: SnapshotStore) throws {
    _ = try store.snapshot(SnapshotLabel("Again"))
  }

  private func remove(_ path: String) throws {
    _ = try ChildProcess(arguments: ["/bin/rm", "-rf", path]).run()
  }

  private func time(_ body: () throws -> Void) rethrows -> Duration {
    let start = ContinuousClock.now
    try body()
    return ContinuousClock.now - start
  }

  /// Runs both in turn, and gives the medians in milliseconds.
  private func alternately(
    _ rounds: Int,
    git: () throws -> Duration,
    own: () throws -> Duration
  ) throws -> (own: Double, git: Double) {
    var times: (own: [Double], git: [Double]) = ([], [])
    for _ in 0..<rounds {
      times.git.append(try git().milliseconds)
      times.own.append(try own().milliseconds)
    }
    return (times.own.median, times.git.median)
  }
}
