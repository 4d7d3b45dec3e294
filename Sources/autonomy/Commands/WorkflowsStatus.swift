import ArgumentParsing
import JSON
import Pipeline
import Unified

/// Shows how workflows stand, and what their tasks came to.
struct WorkflowsStatus: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how a workflow stands, and what its tasks came to.",
    discussion: "It can be asked at any time, also while the workflow is at work."
  )

  @Argument(help: "The workflow's name; without it, the last one.") var name: String?
  @Option(help: ArgumentHelp("Show what this task came to, whole.", valueName: "id")) var task: String?
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func run(on console: Console) async throws {
    let folder = try await project.folderToRead(console)
    let all = try WorkflowHistory.all(in: .open(StateFolder(ofProject: folder)))
    guard let history = name == nil ? all.last : all.last(where: { $0.name == name }) else {
      guard let name else {
        if wantsJSON { return console.emitResult(["workflow": .null]) }
        return console.print("There was no workflow in this project yet. Start one with 'autonomy workflow run FILE'.")
      }
      let names = all.map { "'\($0.name)'" }.joined(separator: ", ")
      let known = names.isEmpty ? "There was none in this project yet." : "Those that ran are \(names)."
      throw Refusal(.configuration, "There was no workflow '\(name)'. \(known)")
    }
    let text = WorkflowHistoryText(history)
    if let task { return try show(task, of: history, on: console) }
    guard wantsJSON else { return text.write(to: console) }
    for line in text.items { console.emit(line) }
    console.emitResult(text.json)
  }

  private func show(_ task: String, of history: WorkflowHistory, on console: Console) throws {
    guard let last = history.last[task] else {
      let names = history.tasks.map { "'\($0)'" }.joined(separator: ", ")
      throw Refusal(.configuration, "'\(history.name)' has begun no task '\(task)'. Those begun are \(names).")
    }
    if wantsJSON { return console.emitResult(WorkflowHistoryText.json(of: last)) }
    console.print(last.result ?? last.message ?? Self.words(of: last))
  }

  /// How a task stands that has come to nothing yet, of which nothing else is known.
  private static func words(of event: WorkflowEvent) -> String {
    switch event.moment {
    case .skipped: "It was skipped because of '\(event.because ?? "")'."
    case .cancelled: "It was cancelled before it was done."
    default: "It is being worked on, or was cut off."
    }
  }
}
