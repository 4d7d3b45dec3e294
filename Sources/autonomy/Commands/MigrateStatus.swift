import ArgumentParsing
import JSON
import Pipeline
import Unified

/// Shows how far the migration is.
struct MigrateStatus: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show who decides on each phase, what speaks for promoting it, and how to get more evidence."
  )

  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = try await project.folderToRead(console)
    let text = try MigrationText(try JournalReader.open(StateFolder(ofProject: folder)))
    if wantsJSON { return console.emitResult(text.json) }
    for line in text.lines(on: console.output.terminal) { console.print(line) }
  }
}
