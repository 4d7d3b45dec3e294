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

  @Flag(help: "Give up the checkpoints that 'verify' finds damaged, too.") var dropDamaged = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let desk = try await CheckpointText.desk(project, console, "autonomy checkpoints gc")
    let damagedToo = dropDamaged
    let done = try await desk.look(orThrow: CheckpointText.nothingYet) {
      try await $0.collectGarbage(damagedToo: damagedToo)
    }
    let code: Int32 = done.trouble == nil ? 0 : RunOutcome.environment.exitCode
    var members: JSONObject = [
      "dropped": .array(done.dropped.map { .string("\($0)") }),
      "bytes_before": .integer(done.before),
      "bytes_after": .integer(done.after),
      "bytes_rescued": .integer(done.rescued),
      "bytes_limit": .integer(done.limit),
    ]
    members["message"] = done.trouble.map { .string($0) }
    try end(members, exitCode: code, on: console) { write(done, on: console) }
  }

  private func write(_ done: CheckpointCollection, on console: Console) {
    let style = console.style
    if let trouble = done.trouble {
      console.print("\(style.bad) \(trouble)")
    } else {
      let dropped = done.dropped
      let what = dropped.isEmpty ? "No checkpoint is too old" : "Dropped \(Amount.counted(dropped.count, "checkpoint"))"
      let sizes = "the store takes \(Amount.bytes(done.after)), was \(Amount.bytes(done.before))"
      console.print("\(style.good) \(what); \(sizes).")
    }
    if done.rescued >= 1_000_000 {
      console.print(
        "  \(Amount.bytes(done.rescued)) of that is what rollbacks moved out of the way. It counts to no limit, and is yours "
          + "to remove: '.autonomy/checkpoints/rescued'."
      )
    }
    guard done.isTooLarge else { return }
    console.print(
      "\(style.warning) That is more than 'checkpoint.size' allows (\(Amount.bytes(done.limit))). What is left was taken "
        + "on demand or is still needed, and nothing drops it."
    )
  }
}
