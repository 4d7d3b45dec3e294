import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified

/// Lists the checkpoints.
struct CheckpointsList: ConsoleCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the checkpoints.")

  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = try await project.folderToRead(console)
    let checkpoints = try await CheckpointDesk.list(project: folder)
    if wantsJSON {
      for checkpoint in checkpoints { console.emit(.object(CheckpointText(checkpoint).json)) }
      return console.emitResult(["checkpoints": .integer(checkpoints.count)])
    }
    guard !checkpoints.isEmpty else { return console.print(CheckpointDesk.nothingYet) }
    var table = TextTable(["ID", "TAKEN", "STEP", "TASK", "CHANGES", "SIZE", "WHAT"], rightAligned: [2, 4, 5])
    for checkpoint in checkpoints { table.rows.append(CheckpointText(checkpoint).row) }
    console.print(table)
  }
}
