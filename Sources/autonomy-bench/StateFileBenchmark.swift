import Persistence
import Pipeline
import Unified

/// How fast a whole state goes to a file and comes back, and what memory that takes.
struct StateFileBenchmark {
  private static let count = 100_000

  func measurements() async throws -> [Measurement] {
    let small = try await Self.trip(events: Self.count / 10)
    let large = try await Self.trip(events: Self.count)
    return [
      Self.time("writing a state of 100,000 events to a file", large.written, large.copied),
      Self.time("taking it over", large.read, large.copied),
      Self.peak("peak memory of writing it", large.writingPeak, small.writingPeak),
      Self.peak("peak memory of taking it over", large.readingPeak, small.readingPeak),
    ]
  }

  private static func time(_ name: String, _ time: Duration, _ copy: Duration) -> Measurement {
    Measurement(
      name: name,
      value: time / .seconds(1),
      unit: "s",
      yardstick: ("copying the database", copy / .seconds(1)),
      target: "seconds"
    )
  }

  private static func peak(_ name: String, _ large: Int, _ small: Int) -> Measurement {
    Measurement(
      name: name,
      value: Double(large) / 1024,
      unit: "MiB",
      yardstick: ("over a tenth of the events", Double(small) / 1024),
      target: "flat"
    )
  }

  private struct Trip {
    let written: Duration
    let read: Duration
    let copied: Duration
    /// In kibibytes, of the whole process.
    let writingPeak: Int
    let readingPeak: Int
  }

  private static func trip(events: Int) async throws -> Trip {
    let (first, second) = (try ScratchProject(), try ScratchProject())
    try await fill(first.path, events: events)
    let file = second.path + "/state.json"
    let written = try await measure { _ = try await desk(first.path).export(to: file) }
    let read = try await measure { _ = try await desk(second.path).takeOver(file, replacing: false) }
    let copied = try await measure {
      let connection = try Connection(path: StateFolder(ofProject: first.path).database, access: .readOnly)
      try connection.copy(to: Connection(path: second.path + "/copy.db"))
    }
    return Trip(
      written: written.time,
      read: read.time,
      copied: copied.time,
      writingPeak: written.peak,
      readingPeak: read.peak
    )
  }

  private static func desk(_ project: String) -> StateDesk {
    StateDesk(project: project, mask: SecretMask(), command: "autonomy-bench")
  }

  private static func measure(_ body: () async throws -> Void) async throws -> (time: Duration, peak: Int) {
    Memory.forgetPeak()
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start, Memory.peak())
  }

  /// A journal as runs leave it: an event in three is the result of a tool, with a text of half a kilobyte.
  private static func fill(_ project: String, events: Int) async throws {
    let folder = StateFolder(ofProject: project)
    try folder.make()
    let store = try StateManager(path: folder.database)
    let text = String(repeating: "A line of some file, with \"quotes\" in it.\n", count: 12)
    try await store.commit([.runStarted(RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits()))], [])
    for start in stride(from: 0, to: events, by: 300) {
      let batch = (start..<min(start + 300, events)).map { number -> Event in
        number % 3 == 0
          ? .toolResult(ToolResultEvent(step: number / 30 + 1, tool: "read_file", ok: true, text: text))
          : .warning(MessageEvent(message: "Event \(number).", step: number / 30 + 1))
      }
      try await store.commit([], batch)
    }
  }
}
