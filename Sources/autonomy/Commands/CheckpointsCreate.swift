import ArgumentParsing
import JSON
import Pipeline
import SourceControl
import Unified
import Wording

/// Takes a checkpoint on demand.
struct CheckpointsCreate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Take a checkpoint, which is kept until you remove the store."
  )

  @Argument(help: "What to call it.") var name = "on demand"
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    guard name.contains(where: { !$0.isWhitespace }) else { throw ValidationError("A checkpoint's name is not empty.") }
  }

  func run(on console: Console) async throws {
    let desk = try await CheckpointText.desk(project, console, "autonomy checkpoints create")
    let name = name
    let checkpoint = try await desk.use { try await $0.create(name) }
    if wantsJSON { return console.emitResult(CheckpointText(checkpoint).json) }
    let files = Amount.counted(checkpoint.figures.files, "file")
    console.print("\(console.style.good) Took checkpoint '\(checkpoint.id)' of \(files).")
    guard checkpoint.figures.skipped > 0 else { return }
    let skipped = Amount.counted(checkpoint.figures.skipped, "path")
    console.print(
      "\(console.style.warning) It lacks \(skipped); 'autonomy checkpoints show \(checkpoint.id)' says which."
    )
  }
}
