import JSON
import Pipeline
import Unified
import Wording

/// The way of a whole state into a file and out of it, in words.
struct StateTransfer {
  let desk: StateDesk
  let console: Console
  let writesJSON: Bool

  func export(to path: String) async throws {
    let summary = try await desk.export(to: path)
    if writesJSON { return console.emitResult(members(path, summary)) }
    console.print("\(console.style.good) Wrote \(words(summary)) to '\(path)'.")
    console.printWrapped("Take it over elsewhere with 'autonomy status --import FILE'; checkpoints are not in it.")
  }

  func takeOver(_ path: String, replacing: Bool) async throws {
    let report = try await desk.takeOver(path, replacing: replacing)
    if writesJSON {
      var members = members(path, report.summary)
      members["kept"] = report.kept.map { .string($0) }
      members["forgotten_checkpoints"] = .array(report.forgotten.map { .string("\($0)") })
      return console.emitResult(members)
    }
    console.print("\(console.style.good) Took over \(words(report.summary)) from '\(path)'.")
    if let kept = report.kept { console.printWrapped("The state of before is in '\(kept)'.") }
    if !report.forgotten.isEmpty {
      let count = Amount.counted(report.forgotten.count, "checkpoint")
      console.printWrapped(
        "\(console.style.warning) The state referred to \(count) that this project does not have; it has forgotten them.",
        isOurs: true
      )
    }
    console.printWrapped("'autonomy status' shows it, and 'autonomy resume' or 'autonomy run' goes on.")
  }

  private func words(_ summary: StateFile.Summary) -> String {
    let counts = summary.counts
    let parts = [
      Amount.counted(counts.runs, "run"), Amount.counted(counts.tasks, "task"), Amount.counted(counts.events, "event"),
      Amount.bytes(summary.size),
    ]
    return "the state (\(parts.joined(separator: ", ")))"
  }

  private func members(_ path: String, _ summary: StateFile.Summary) -> JSONObject {
    let counts = summary.counts
    return [
      "file": .string(path), "runs": .integer(counts.runs), "tasks": .integer(counts.tasks),
      "events": .integer(counts.events), "bytes": .integer(summary.size),
    ]
  }
}
