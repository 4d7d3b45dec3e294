import ArgumentParsing
import JSON
import Pipeline
import Unified
import Wording

/// Gives ended tasks another chance.
struct TasksReopen: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "reopen",
    abstract: "Give failed, blocked or done tasks another chance.",
    discussion: "Each gets 'limits.task_attempts' more attempts, and what it had blocked is reopened with it."
  )

  @Argument(help: "The tasks' ids, such as 't3'.") var ids: [String] = []
  @Flag(help: "Reopen every failed task.") var failed = false
  @OptionGroup var project: ProjectOption
  @OptionGroup var format: OutputOptions

  var wantsJSON: Bool { format.json }

  func validate() throws {
    guard failed == ids.isEmpty else {
      throw ValidationError(failed ? "Give either ids or '--failed'." : "Give the ids of tasks, or '--failed'.")
    }
    for id in ids { _ = try TaskText.id(id) }
  }

  func run(on console: Console) async throws {
    let folder = try await project.folder(console)
    let configuration = try Configuration.load(project: folder, environment: console.environment)
    let selection = failed ? TaskReopening.Selection.failed : .tasks(try ids.map(TaskText.id))
    let desk = TaskDesk(project: folder, configuration: configuration)
    let reopening: TaskReopening
    do {
      reopening = try await desk.reopen(selection, command: "autonomy tasks reopen")
    } catch let error as TaskReopening.Refused {
      throw Refusal(.configuration, error.description)
    }
    if wantsJSON {
      return console.emitResult([
        "reopened": .array(reopening.reopened.map { .string("\($0)") }),
        "notes": .array(reopening.notes.map { .string($0) }),
      ])
    }
    guard !reopening.reopened.isEmpty else { return console.print("No task has failed, so none was reopened.") }
    let names = reopening.reopened.map { "'\($0)'" }.joined(separator: ", ")
    let attempts = Amount.counted(configuration.limits.taskAttempts, "attempt")
    let each = reopening.reopened.count > 1 ? "more each" : "more"
    console.print("\(console.style.good) Reopened \(names) with \(attempts) \(each). Continue with 'autonomy run'.")
    for note in reopening.notes { console.print("\(console.style.warning) \(note)") }
  }
}
