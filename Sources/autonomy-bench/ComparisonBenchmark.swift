import Persistence
import Pipeline
import Unified

/// How fast the journals of two long runs are compared, and what memory that takes.
struct ComparisonBenchmark {
  private static let events = 100_000

  func measurements() async throws -> [Measurement] {
    let sample = try await Self.sample()
    let projects = [try ScratchProject(), try ScratchProject()]
    for project in projects { try await Self.fill(project.path, with: sample) }
    let databases = projects.map { StateFolder(ofProject: $0.path) }
    Memory.forgetPeak()
    let start = ContinuousClock.now
    let measures = try databases.map { try Self.measures(of: $0) }
    let verdict = ComparisonVerdict([ComparisonPair(traditional: measures[0], orchestrated: measures[1])])
    let time = ContinuousClock.now - start
    let peak = Memory.peak()
    let reading = try Self.reading(databases)
    withExtendedLifetime(projects) {}
    guard measures[0].steps > Self.events / 50 else {
      throw ChildProcess.Failure(description: "The journals hold no run: \(verdict.word).")
    }
    return [
      Measurement(
        name: "comparing two journals of 100,000 events",
        value: time / .seconds(1),
        unit: "s",
        yardstick: ("reading their rows", reading / .seconds(1)),
        target: "at most 1 s"
      ),
      Measurement(name: "peak memory of it", value: Double(peak) / 1024, unit: "MiB", target: "at most 100 MB"),
    ]
  }

  private static func measures(of folder: StateFolder) throws -> RunMeasures {
    var measurement = RunMeasurement()
    let selection = EventSelection(kinds: Array(RunMeasurement.kinds))
    try JournalReader.open(folder)?.forEachEvent(selection) { measurement.take($0.event) }
    return measurement.result()
  }

  private static func reading(_ folders: [StateFolder]) throws -> Duration {
    let start = ContinuousClock.now
    for folder in folders {
      var bytes = 0
      let connection = try Connection(path: folder.database, access: .readOnly)
      try connection.forEachRow("SELECT type, payload FROM event") { row in bytes += try row.text(1).utf8.count }
    }
    return ContinuousClock.now - start
  }

  /// The events of a run's steps.
  private static func sample() async throws -> [Event] {
    let project = try ScratchProject()
    _ = try await StepRun(project: project, steps: 200, isRecorded: false).run()
    defer { withExtendedLifetime(project) {} }
    return try JournalReader.open(StateFolder(ofProject: project.path))?.events().map(\.event) ?? []
  }

  private static func fill(_ project: String, with sample: [Event]) async throws {
    let folder = StateFolder(ofProject: project)
    try folder.make()
    let store = try StateManager(path: folder.database)
    try await store.commit([.runStarted(RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits()))], [])
    var left = events
    while left > 0 {
      let batch = Array(sample.prefix(left))
      try await store.commit([], batch)
      left -= batch.count
    }
  }
}
