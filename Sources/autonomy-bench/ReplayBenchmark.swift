import JSON
import Persistence
import Pipeline
import SourceControl
import Unified

/// What it costs to record a run, in time and in bytes, and to play it again.
struct ReplayBenchmark {
  private static let steps = 1000
  /// Of the run that is played, in which every review runs a check.
  private static let playedSteps = 300

  func measurements() async throws -> [Measurement] {
    var plain: [Double] = []
    var recorded: [Double] = []
    // In turns, so that what else the machine does touches both.
    for _ in 0..<5 {
      plain += try await StepRun(project: ScratchProject(), steps: Self.steps, isRecorded: false).run().times
      recorded += try await StepRun(project: ScratchProject(), steps: Self.steps).run().times
    }
    let project = try ScratchProject()
    _ = try await StepRun(project: project, steps: Self.steps, isPlayable: true).run()
    let (stored, distinct) = try Self.bytes(of: project)
    let (live, tools, replay) = try await Self.replay()
    return [
      Measurement(
        name: "step with its record, median of \(recorded.count)",
        value: recorded.median,
        unit: "ms",
        yardstick: ("the same without", plain.median),
        target: "at most 1.05 times"
      ),
      Measurement(
        name: "record of \(Self.steps) steps",
        value: Double(stored) / 1000,
        unit: "kB",
        yardstick: ("its distinct content, each compressed", Double(distinct) / 1000),
        target: "at most 2 times"
      ),
      Measurement(
        name: "replay of \(Self.playedSteps) steps",
        value: replay,
        unit: "ms",
        yardstick: ("the live run's own time and that of its tools", live),
        target: "at most 0.1 times"
      ),
      Measurement(
        name: "replay of \(Self.playedSteps) steps",
        value: replay,
        unit: "ms",
        yardstick: ("the live run's own time alone", live - tools),
        target: "less"
      ),
    ]
  }

  /// Runs with a check and plays that; answers the live run's time, what of it the check took, and the replay's.
  private static func replay() async throws -> (live: Double, tools: Double, replay: Double) {
    let project = try ScratchProject()
    try project.write(
      """
      from unittest import TestCase
      class Counting(TestCase):
          def test_counter(self):
              with open("counter.txt") as file: self.assertTrue(int(file.read()) >= 0)
      """,
      to: "test_counter.py"
    )
    let live = try await StepRun(project: project, steps: playedSteps, isPlayable: true).run().times.reduce(0, +)
    var tools = 0.0
    let reader = try JournalReader.open(StateFolder(ofProject: project.path))
    try reader?.forEachEvent(EventSelection(kinds: [.checkFinished])) { stored in
      if case .checkFinished(let check) = stored.event { tools += check.seconds * 1000 }
    }
    let start = ContinuousClock.now
    let report = try await ReplayDesk(project: project.path).replay(RunID(number: 1))
    let time = ContinuousClock.now - start
    guard report.difference == nil else {
      throw ChildProcess.Failure(description: "The replay differs: \(report.difference?.cause ?? "")")
    }
    withExtendedLifetime(project) {}
    return (live, tools, time.milliseconds)
  }

  /// The bytes of the file that a run is exported to, and of all that is distinct in it.
  private static func bytes(of project: ScratchProject) throws -> (stored: Int, distinct: Int) {
    let record = try ReplayDesk(project: project.path).record(of: RunID(number: 1))
    let compressor = try Compressor()
    var distinct: Set<[UInt8]> = []
    for entries in record.transcripts.values { distinct.formUnion(entries.map { $0.message.json.utf8() }) }
    for (_, item) in record.items {
      if case .request = item { continue }
      distinct.insert(try item.json().utf8())
    }
    let folder = try ScratchProject()
    let stored = try RunFile(path: folder.path + "/run").write(
      record,
      checkpoints: StateFolder(ofProject: project.path).path + "/checkpoints"
    )
    let known = record.contents.values.reduce(0) { $0 + $1.count }
    return (stored, try distinct.reduce(known) { try $0 + compressor.compress($1).count })
  }
}
