import ArgumentParsing
import JSON
import Pipeline

/// Lists the tasks of the plan.
struct TasksList: ConsoleCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tasks with their status.")

  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = StateFolder(ofProject: try await project.folderToRead(console))
    let state = try JournalReader.open(folder)?.state() ?? PipelineState()
    if wantsJSON {
      for task in state.tasks { console.emit(.object(TaskText(task, in: state).json)) }
      return console.emitResult(["tasks": .integer(state.tasks.count)])
    }
    guard !state.tasks.isEmpty else {
      let why = state.run == nil ? "There was no run in this project yet" : "Nothing is planned yet"
      return console.print("\(why), so there are no tasks. Start with 'autonomy run'.")
    }
    for line in TaskText.lines(of: state, on: console.output.terminal) { console.print(line) }
  }
}
