import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified

/// Shows one checkpoint.
struct CheckpointsShow: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a checkpoint and what changed since the one before it."
  )

  @Argument(help: "The checkpoint's id, such as 'c12'.") var id: String
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws { _ = try CheckpointText.id(id) }

  func run(on console: Console) async throws {
    let folder = try await project.folderToRead(console)
    let id = try CheckpointText.id(id)
    let found = try await CheckpointReader.read(project: folder, orThrow: SnapshotError.unknown("\(id)")) { reader in
      let checkpoint = try reader.checkpoint(id)
      return (checkpoint, try reader.changes(in: checkpoint), try reader.skipped(in: checkpoint))
    }
    let (checkpoint, changes, skipped) = found
    if wantsJSON {
      for change in changes { console.emit(.object(CheckpointText.json(change))) }
      var members = CheckpointText(checkpoint).json
      members["skipped_paths"] = .array(skipped.map { ["path": .string("\($0.path)"), "reason": .string($0.reason)] })
      return console.emitResult(members)
    }
    for line in CheckpointText(checkpoint).lines { console.print(line) }
    for change in changes { console.print("  \(CheckpointText.mark(change)) \(CheckpointText.line(change.path))") }
    for item in skipped {
      console.print("\(console.style.warning) not in it: \(CheckpointText.line(item.path)) (\(item.reason))")
    }
  }
}
