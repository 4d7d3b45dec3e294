@unsafe @preconcurrency import Glibc
import Persistence

/// The program's own time for a step (decision, prompts, journal, tools), without model, checkpoints and children.
struct StepBenchmark {
  func measurements() async throws -> [Measurement] {
    let yardstick = ("10 SQLite transactions of 10 rows", try Self.transactions())
    let long = ScratchSizes()
    let times = try await long.run(steps: 10_000)
    // The first step plans; from then on repairs and reviews take turns.
    let repairs = times.indices.filter { $0 % 2 == 1 }.map { times[$0] }
    let reviews = times.indices.filter { $0 > 0 && $0 % 2 == 0 }.map { times[$0] }
    let early = Array(times[10..<110]).median
    let late = Array(times.suffix(100)).median
    let kilobytes = try await (ScratchSizes().size(afterSteps: 1000), ScratchSizes().size(afterSteps: 4000))
    return [
      Measurement(
        name: "step, median of 10,000",
        value: times.median,
        unit: "ms",
        yardstick: yardstick,
        target: "at most 1.5 ms"
      ),
      Measurement(
        name: "step that changes a file",
        value: repairs.median,
        unit: "ms",
        yardstick: ("one that does not", reviews.median),
        target: "one change that is on the disk before the next"
      ),
      Measurement(
        name: "step, around the 10,000th",
        value: late,
        unit: "ms",
        yardstick: ("the same around the 10th", early),
        target: "flat"
      ),
      Measurement(
        name: "database, kB a step over 4,000 steps",
        value: kilobytes.1 / 4000,
        unit: "kB",
        yardstick: ("the same over 1,000", kilobytes.0 / 1000),
        target: "linear"
      ),
    ]
  }

  /// The time of ten transactions of ten rows of 300 bytes, in milliseconds; the median of 100.
  private static func transactions() throws -> Double {
    let project = try ScratchProject()
    let connection = try Connection(path: project.path + "/yardstick.db")
    try connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    let text = String(repeating: "x", count: 300)
    var times: [Double] = []
    for _ in 0..<100 {
      let start = ContinuousClock.now
      for _ in 0..<10 {
        try connection.transaction {
          for _ in 0..<10 { try connection.execute("INSERT INTO row (text) VALUES (?)", [.text(text)]) }
        }
      }
      times.append((ContinuousClock.now - start).milliseconds)
    }
    return times.median
  }
}

/// Runs of a number of steps, each in a project of its own.
private struct ScratchSizes {
  func run(steps: Int) async throws -> [Double] {
    try await StepRun(project: ScratchProject(), steps: steps).run().times
  }

  /// The size of the database in kilobytes.
  func size(afterSteps steps: Int) async throws -> Double {
    let project = try ScratchProject()
    _ = try await StepRun(project: project, steps: steps).run()
    var status = stat()
    guard unsafe stat(project.path + "/.autonomy/state.db", &status) == 0 else {
      throw ChildProcess.Failure(description: "The run left no database.")
    }
    return Double(status.st_size) / 1000
  }
}
