@unsafe @preconcurrency import Glibc
import JSON

/// Runs the benchmarks that are named on the command line, or all, and prints one line for each figure.
@main
enum Benchmarks {
  /// Gives the benchmarks' names, and what each does with the path of the program to measure.
  private static let all: [(name: String, run: @Sendable (String) async throws -> [Measurement])] = [
    ("start-up", { try await StartUpBenchmark(program: $0).measurements() }),
    ("steps", { _ in try await StepBenchmark().measurements() }),
    ("jobs", { _ in try await JobsBenchmark().measurements() + (try await SwapRunBenchmark().measurements()) }),
    ("replay", { _ in try await ReplayBenchmark().measurements() }),
    ("reading", { _ in try ReadingBenchmark().measurements() }),
    ("context", { _ in try ContextBenchmark().measurements() }),
    ("routing", { _ in RoutingBenchmark().measurements() }),
    ("decisions", { _ in try await DecisionBenchmark().measurements() }),
    ("workflows", { _ in try await WorkflowBenchmark().measurements() }),
    ("events", { _ in try await EventBenchmark().measurements() }),
    ("prompts", { _ in try PromptBenchmark().measurements() }),
    ("tokens", { _ in try await TokenBenchmark().measurements() }),
    ("comparison", { _ in try await ComparisonBenchmark().measurements() }),
    ("state-file", { _ in try await StateFileBenchmark().measurements() }),
    ("stream", { _ in try await StreamBenchmark().measurements() }),
    ("snapshots-1k", { _ in try SnapshotBenchmark.small.measurements() }),
    ("snapshots-10k", { _ in try SnapshotBenchmark.medium.measurements() }),
    ("snapshots-100k", { _ in try SnapshotBenchmark.large.measurements() }),
    ("demo", { try await DemoBenchmark(program: $0).measurements() }),
  ]

  static func main() async {
    do {
      try await run()
    } catch {
      unsafe fputs("\(error)\n", stderr)
      exit(2)
    }
  }

  private static func run() async throws {
    var words = Array(CommandLine.arguments.dropFirst())
    if words.first == SnapshotBenchmark.childWord { return try SnapshotBenchmark.takeInChild(words.dropFirst()) }
    let wantsJSON = words.contains("--json")
    words.removeAll { $0 == "--json" }
    guard let program = words.first, words.dropFirst().allSatisfy({ word in all.contains { $0.name == word } }) else {
      let names = all.map(\.name).joined(separator: "|")
      throw Usage(message: "Usage: autonomy-bench [--json] PROGRAM [\(names)]…")
    }
    let chosen = all.filter { words.count == 1 || words.dropFirst().contains($0.name) }
    guard chosen.count == 1 else {
      // Each in a process of its own: the memory that one has used is none of the next one's.
      for benchmark in chosen {
        let arguments = ["/proc/self/exe"] + (wantsJSON ? ["--json"] : []) + [program, benchmark.name]
        _ = try ChildProcess(arguments: arguments).run(showsOutput: true)
      }
      return
    }
    for measurement in try await chosen[0].run(program) {
      print(wantsJSON ? measurement.json.text() : measurement.line)
    }
  }

  private struct Usage: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
  }
}
