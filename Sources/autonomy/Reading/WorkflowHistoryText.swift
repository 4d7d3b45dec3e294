import JSON
import Pipeline
import Unified
import Wording

/// How a workflow stands by the journal, for the user and for scripts.
struct WorkflowHistoryText {
  private let history: WorkflowHistory

  init(_ history: WorkflowHistory) {
    self.history = history
  }

  func write(to console: Console) {
    let text = EventText(console.output.terminal)
    let style = text.style
    let end = history.finished.map { $0.message ?? "" } ?? "It is at work, or was cut off."
    let head = style.bold(DisplayWidth.harmless("Workflow '\(history.name)'"))
    console.printWrapped("\(head)\(style.separator)\(DisplayWidth.harmless(end))", isOurs: true)
    for event in history.tasks.compactMap({ history.last[$0] }) {
      let (mark, words) = WorkflowText(style).words(of: event)
      console.print(text.fit("  \(mark) \(words)"))
    }
    var table = TextTable()
    table.rows.append([style.dim("Calls"), Amount.grouped(history.spent.calls)])
    table.rows.append([style.dim("Tokens"), Amount.grouped(history.spent.tokens)])
    if let cost = CostText.sum(of: history.spent) { table.rows.append([style.dim("Cost"), cost]) }
    if let load = history.spent.loadSeconds, load >= 0.05 {
      table.rows.append([style.dim("Loading"), "\(Amount.time(load)), by the model servers"])
    }
    console.print()
    console.print(table)
  }

  /// A line for each task that has begun or was skipped.
  var items: [JSONValue] {
    history.tasks.compactMap { history.last[$0] }.map { event in
      var object = Self.json(of: event)
      object["type"] = "task"
      return .object(object)
    }
  }

  /// The members of the last line.
  var json: JSONObject {
    var object: JSONObject = ["workflow": .string(history.name), "tasks": .integer(history.taskCount)]
    object["succeeded"] = .integer(history.successes.count)
    object["message"] = history.finished?.message.map { .string($0) }
    object["spent"] = [
      "calls": .integer(history.spent.calls), "prompt_tokens": .integer(history.spent.promptTokens),
      "output_tokens": .integer(history.spent.outputTokens), "seconds": .number(history.spent.seconds),
      "load_seconds": .number(history.spent.loadSeconds ?? 0), "microdollars": .integer(history.spent.microdollars),
      "unpriced_calls": .integer(history.spent.unpricedCalls),
    ]
    return object
  }

  /// What is known of a task.
  static func json(of event: WorkflowEvent) -> JSONObject {
    var object: JSONObject = ["status": .string(event.moment.rawValue)]
    object["task"] = event.task.map { .string($0) }
    object["phase"] = event.phase.map { .string($0) }
    object["result"] = event.result.map { .string($0) }
    object["because"] = event.because.map { .string($0) }
    object["message"] = event.message.map { .string($0) }
    return object
  }
}
