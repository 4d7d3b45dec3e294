import ArgumentParsing
import JSON
import Pipeline

/// Shows how far the work on a project is.
struct Status: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how far the work is: tasks, questions, spending.",
    discussion: "It can be asked at any time, also while a run is at work."
  )

  @OptionGroup var project: ProjectArgument
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = StateFolder(ofProject: try await project.folder(console))
    guard let reader = try JournalReader.open(folder), let snapshot = try StatusReport(reader, folder) else {
      if wantsJSON { return console.emitResult(["run": .null]) }
      return console.print("There was no run in this project yet. Start one with 'autonomy run'.")
    }
    if wantsJSON {
      for line in snapshot.items { console.emit(line) }
      console.emitResult(snapshot.summary)
    } else {
      for line in snapshot.lines(on: console.output.terminal) { console.print(line) }
    }
  }
}
