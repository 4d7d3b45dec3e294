import ArgumentParsing
import JSON
import Pipeline

/// Shows all that is known of one task.
struct TasksShow: ConsoleCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show all that is known of a task.")

  @Argument(help: "The task's id, such as 't3'.") var id: String
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    _ = try TaskText.id(id)
  }

  func run(on console: Console) async throws {
    let folder = StateFolder(ofProject: try await project.folderToRead(console))
    guard let reader = try JournalReader.open(folder) else {
      throw Refusal(.configuration, "There was no run in this project yet, so there are no tasks.")
    }
    let state = try reader.state()
    let id = try TaskText.id(id)
    guard let task = state.task(id) else {
      throw Refusal(.configuration, "There is no task '\(id)'. 'autonomy tasks' lists them.")
    }
    let changes = try reader.events(EventSelection(kinds: [.taskChanged])).filter { stored in
      if case .taskChanged(let change) = stored.event { change.task == id } else { false }
    }
    if wantsJSON {
      for change in changes { console.emit(try change.json()) }
      return console.emitResult(TaskText(task, in: state).details)
    }
    for line in TaskText(task, in: state).lines(on: console.output.terminal) { console.print(line) }
    guard !changes.isEmpty else { return }
    console.print()
    console.print(console.style.bold("What happened"))
    let text = EventText(console.output.terminal)
    for change in changes { for line in text.logLines(change) { console.print(line) } }
  }
}
