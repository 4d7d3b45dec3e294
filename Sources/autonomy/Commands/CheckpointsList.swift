import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified
import Wording

/// Lists the checkpoints.
struct CheckpointsList: ConsoleCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the checkpoints.")

  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = try await project.folderToRead(console)
    let listing = try await CheckpointDesk.list(project: folder)
    let count = listing.snapshots.count + listing.damages.count
    if wantsJSON {
      for checkpoint in listing.snapshots { console.emit(.object(CheckpointText(checkpoint).json)) }
      for damage in listing.damages { console.emit(.object(CheckpointText.json(damage))) }
      return console.emitResult(["checkpoints": .integer(count), "damaged": .integer(listing.damages.count)])
    }
    guard count > 0 else { return console.print(CheckpointDesk.nothingYet) }
    var table = TextTable(["ID", "TAKEN", "STEP", "TASK", "CHANGES", "SIZE", "WHAT"], rightAligned: [2, 4, 5])
    var rows = Dictionary(listing.snapshots.map { ($0.id, CheckpointText($0).row) }) { $1 }
    for damage in listing.damages {
      guard let id = damage.snapshot else { continue }
      rows[id] = ["\(id)", "", "", "", "", "", "\(console.style.bad) \(damage.problem)"]
    }
    table.rows = rows.sorted { $0.key < $1.key }.map(\.value)
    console.print(table)
    guard !listing.damages.isEmpty else { return }
    let damaged = Amount.counted(listing.damages.count, "checkpoint")
    console.note("\(console.style.warning) \(damaged) cannot be read. 'autonomy checkpoints verify' looks at all.")
  }
}
