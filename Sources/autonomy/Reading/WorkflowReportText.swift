import JSON
import Orchestration
import Pipeline
import Unified
import Wording

/// How a workflow ended, for the user and for scripts.
struct WorkflowReportText {
  private let report: WorkflowReport

  init(_ report: WorkflowReport) {
    self.report = report
  }

  func write(to console: Console) {
    let text = EventText(console.output.terminal)
    let style = text.style
    for (task, result) in ends {
      console.print(style.bold(task))
      console.print(result.trimmingEnd())
      console.print()
    }
    console.print("\(text.mark(of: report.outcome)) \(style.bold(report.outcome.rawValue))")
    console.printWrapped("  \(report.message)", indent: 2)
    console.print()
    var table = TextTable()
    table.rows.append([style.dim("Tasks"), tally])
    table.rows.append([style.dim("Calls"), Amount.grouped(report.spent.calls)])
    let tokens =
      "\(Amount.grouped(report.spent.promptTokens)) read, \(Amount.grouped(report.spent.outputTokens)) written"
    table.rows.append([style.dim("Tokens"), tokens])
    if let cost = CostText.sum(of: report.spent) { table.rows.append([style.dim("Cost"), cost]) }
    table.rows.append([style.dim("Time"), Amount.time(report.spent.seconds)])
    if let load = report.spent.loadSeconds, load >= 0.05 {
      table.rows.append([style.dim("Loading"), "\(Amount.time(load)), by the model servers"])
    }
    console.print(table)
    if let next = report.next { console.printWrapped("\n\(style.arrow) \(next)", indent: 2, isOurs: true) }
  }

  /// The results that no other task was handed.
  private var ends: [(String, String)] {
    let used = Set(report.tasks.flatMap { $0.dependsOn })
    return zip(report.tasks, report.result.results).compactMap { task, result in
      used.contains(task.id) ? nil : result.map { (task.id, $0) }
    }
  }

  private var tally: String {
    report.result.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key.replacing("_", with: " "))" }.joined(
      separator: ", "
    )
  }

  /// The members of the last line.
  var json: JSONObject {
    var object: JSONObject = [
      "workflow": .string(report.name), "outcome": .string(report.outcome.rawValue),
      "workflow_outcome": .string(report.result.outcome.rawValue), "message": .string(report.message),
    ]
    object["next"] = report.next.map { .string($0) }
    object["counts"] = .object(
      JSONObject(report.result.counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
    )
    object["tasks"] = .array(report.tasks.indices.map { task($0) })
    object["spent"] = [
      "calls": .integer(report.spent.calls), "prompt_tokens": .integer(report.spent.promptTokens),
      "output_tokens": .integer(report.spent.outputTokens), "seconds": .number(report.spent.seconds),
      "load_seconds": .number(report.spent.loadSeconds ?? 0), "microdollars": .integer(report.spent.microdollars),
      "unpriced_calls": .integer(report.spent.unpricedCalls),
    ]
    return object
  }

  private func task(_ position: Int) -> JSONValue {
    let (task, status) = (report.tasks[position], report.result.statuses[position])
    var object: JSONObject = ["task": .string(task.id), "phase": .string(task.phase.rawValue)]
    object["status"] = .string(status.word)
    object["model"] = task.model.map { .string($0) }
    switch status {
    case .failed(let reason): object["message"] = .string(reason)
    case .timedOut: object["message"] = task.timeLimit.map { .string("It was not done after \($0.text).") }
    case .skipped(let cause): object["because"] = .string(cause)
    default: break
    }
    object["result"] = report.result.results[position].map { .string($0) }
    return .object(object)
  }
}
