import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified

/// Compares checkpoints.
struct CheckpointsDiff: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what differs between two checkpoints, or between one and the present, in files and tasks."
  )

  @Argument(help: "The earlier checkpoint's id.") var id: String
  @Argument(help: "The later one's; without it, the present.") var other: String?
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    _ = try CheckpointText.id(id)
    _ = try other.map(CheckpointText.id)
  }

  func run(on console: Console) async throws {
    let difference = try await difference(console)
    let (changes, tasks) = (difference.changes, difference.tasks)
    if wantsJSON {
      for task in tasks { console.emit(.object(CheckpointText.json(task))) }
      for change in changes { console.emit(.object(CheckpointText.json(change))) }
      return console.emitResult(["changes": .integer(changes.count), "tasks": .integer(tasks.count)])
    }
    guard !changes.isEmpty || !tasks.isEmpty else { return console.print("Nothing differs.") }
    // What reads patches passes over lines before the first.
    for task in tasks { console.print(CheckpointText.line(task, console.style)) }
    console.output.write(console.masked(String(decoding: difference.patch, as: UTF8.self)))
  }

  private func difference(_ console: Console) async throws -> CheckpointDifference {
    let first = try CheckpointText.id(id)
    let refusal = SnapshotError.unknown("\(first)")
    if let second = try other.map(CheckpointText.id) {
      let folder = try await project.folderToRead(console)
      return try await CheckpointReader.read(project: folder, orThrow: refusal) { try $0.difference(first, second) }
    }
    let desk = try await CheckpointText.desk(project, console, "autonomy checkpoints diff")
    return try await desk.look(orThrow: refusal) { try await $0.differenceSince(first) }
  }
}
