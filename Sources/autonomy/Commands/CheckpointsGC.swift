import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified
import Wording

/// Drops old checkpoints and frees their space.
struct CheckpointsGC: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Drop the checkpoints that the limits under 'checkpoint' do not keep, and free their space."
  )

  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let desk = try await CheckpointText.desk(project, console, "autonomy checkpoints gc")
    let (dropped, before, after) = try await desk.look(orThrow: CheckpointText.nothingYet) {
      try await $0.collectGarbage()
    }
    if wantsJSON {
      return console.emitResult([
        "dropped": .array(dropped.map { .string("\($0)") }),
        "bytes_before": .integer(before),
        "bytes_after": .integer(after),
      ])
    }
    let what = dropped.isEmpty ? "No checkpoint is too old" : "Dropped \(Amount.counted(dropped.count, "checkpoint"))"
    console.print("\(console.style.good) \(what); the store takes \(Amount.bytes(after)), was \(Amount.bytes(before)).")
  }
}
