import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified
import Wording

/// Reads the whole store of checkpoints.
struct CheckpointsVerify: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read every checkpoint whole and compare it with its ids."
  )

  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let desk = try await CheckpointText.desk(project, console, "autonomy checkpoints verify")
    let found = try await desk.look(orThrow: CheckpointText.nothingYet) { try await $0.verify() }
    let isGood = found.damages.isEmpty && !found.isStoreLost
    let code: Int32 = isGood ? 0 : RunOutcome.environment.exitCode
    if wantsJSON { for damage in found.damages { console.emit(.object(CheckpointText.json(damage))) } }
    let members: JSONObject = [
      "checkpoints": .integer(found.count),
      "damages": .integer(found.damages.count),
      "damaged": .array(found.damaged.sorted().map { .string("\($0)") }),
      "lost": .array(found.lost.map { .string("\($0)") }),
    ]
    try end(members, exitCode: code, on: console) { write(found, on: console) }
  }

  private func write(_ found: CheckpointVerification, on console: Console) {
    let style = console.style
    for damage in found.damages {
      let path = damage.path.map { " \($0)" } ?? ""
      let place = damage.snapshot.map { "\($0)" } ?? "the files as they were seen last:"
      console.print("\(style.bad) \(place)\(path): \(damage.problem)")
    }
    if !found.lost.isEmpty {
      let ids = found.lost.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (found.lost.count > 10 ? ", …" : "")
      let reason =
        found.isStoreLost
        ? "The store was removed or replaced."
        : "They were given up, 'checkpoint.size' left no room for them, or the store was removed."
      console.print(
        "\(found.isStoreLost ? style.bad : style.warning) The journal tells of \(ids), not there any more. \(reason)"
      )
    }
    let count = found.damaged.count
    guard count > 0 else {
      if !found.damages.isEmpty {
        return console.print(
          "\(style.warning) \(Amount.counted(found.count, "checkpoint")), all whole, but the next one would not be. "
            + "'autonomy checkpoints gc --drop-damaged' removes what is damaged, and the files are stored again."
        )
      }
      guard !found.isStoreLost else { return }
      return console.print("\(style.good) \(Amount.counted(found.count, "checkpoint")), all whole.")
    }
    let rest = count < found.count ? ", the rest is whole" : ""
    console.print(
      "\(style.warning) \(Amount.counted(count, "checkpoint")) of \(found.count) damaged\(rest). "
        + "'autonomy checkpoints gc --drop-damaged' gives up what is damaged."
    )
  }
}
