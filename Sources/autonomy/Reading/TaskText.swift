import ArgumentParsing
import JSON
import Pipeline

/// A task in words.
struct TaskText {
  private let task: TaskRecord
  private let state: PipelineState

  init(_ task: TaskRecord, in state: PipelineState) {
    self.task = task
    self.state = state
  }

  /// The id of a task as people type it: 't3', or '3' alone.
  static func id(_ text: String) throws(ValidationError) -> TaskID {
    let number = text.lowercased().hasPrefix("t") ? text.dropFirst() : text[...]
    guard let id = TaskID("t\(number)") else {
      throw ValidationError("'\(text)' is no id of a task, such as 't3'.")
    }
    return id
  }

  /// All tasks with their status, and why where it is not as it should be.
  private static func table(of state: PipelineState, on terminal: Terminal) -> TextTable {
    let style = TextStyle(terminal)
    var table = TextTable(["", "TASK", "STATUS", "TRIES", ""], rightAligned: [3])
    for task in state.tasks {
      let text = TaskText(task, in: state)
      table.rows.append([
        text.mark(style), "\(task.id)", text.status(style), text.tries, DisplayWidth.oneLine(task.description),
      ])
    }
    return table
  }

  /// The table's rows, each followed by why the task ended where it is not done.
  static func lines(of state: PipelineState, on terminal: Terminal) -> [String] {
    let rows = table(of: state, on: terminal).lines(on: terminal)
    let text = EventText(terminal)
    return rows.prefix(1)
      + zip(state.tasks, rows.dropFirst()).flatMap { task, row in
        guard let reason = task.reason, task.status == .failed || task.status == .blocked else { return [row] }
        return [row, text.fit("           " + text.style.paint(DisplayWidth.oneLine(reason), .red))]
      }
  }

  func mark(_ style: TextStyle) -> String {
    switch task.status {
    case .done: style.good
    case .failed, .blocked: style.bad
    case .needsUser: style.asking
    case .needsFix: style.warning
    case .pending, .inReview: style.neutral
    }
  }

  private func status(_ style: TextStyle) -> String {
    switch task.status {
    case .done:
      task.approval?.isVerified == false && state.run?.outcome != .complete
        ? style.paint("done, unverified", .yellow)
        : task.approval?.isSelfJudged == true ? style.paint("done, self-judged", .yellow) : style.paint("done", .green)
    case .failed, .blocked: style.paint(task.status.words, .red)
    case .needsUser, .needsFix: style.paint(task.status.words, .yellow)
    case .pending, .inReview: task.status.words
    }
  }

  /// The attempts drawn of those allowed.
  private var tries: String {
    guard let counters = state.counters[task.id] else { return "" }
    return "\(counters.attemptsDrawn)/\(counters.attemptsAllowed)"
  }

  /// The task with all that is known of it.
  func lines(on terminal: Terminal) -> [String] {
    let style = TextStyle(terminal)
    var lines = ["\(mark(style)) \(style.bold("\(task.id)"))  \(status(style))", ""]
    lines += DisplayWidth.wrapped("  \(task.description)", columns: terminal.columns, indent: 2)
    lines.append("")
    var table = TextTable()
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { table.rows.append([style.dim(name), DisplayWidth.oneLine(value)]) }
    }
    add("Files", task.targets.map { "\($0)" }.joined(separator: ", "))
    let others = task.origins.map { $0.path }.filter { !task.targets.contains($0) }
    add("Also changed", others.map { "\($0)" }.joined(separator: ", "))
    add("Depends on", task.dependsOn.map { "\($0)" }.joined(separator: ", "))
    add("Priority", "\(task.priority)")
    add("Attempts", "\(tries.replacing("/", with: " of "))")
    add("Reason", task.reason)
    add("Summary", task.summary)
    lines += table.lines(on: Terminal(isLive: false, hasColour: false, hasUnicode: true))
    for issue in task.issues {
      let place = issue.line.map { "\(issue.path):\($0)" } ?? "\(issue.path)"
      lines.append(
        "  \(style.warning) \(DisplayWidth.oneLine(place)) \(issue.kind.rawValue): \(DisplayWidth.oneLine(issue.description))"
      )
    }
    for answered in task.answers {
      lines.append("  \(style.asking) \(DisplayWidth.oneLine(answered.question))")
      lines.append("    \(style.arrow) \(DisplayWidth.oneLine(answered.answer))")
    }
    if let error = task.lastError, task.status != .done {
      lines += ["", "  " + style.dim("The error that the next attempt sees:")]
      lines += DisplayWidth.harmless(error).split(separator: "\n", omittingEmptySubsequences: false)
        .suffix(40).map { "    \($0)" }
    }
    return lines
  }

  /// The task as a line of JSON.
  var json: JSONObject {
    var object: JSONObject = ["type": "task"]
    for (key, value) in details { object[key] = value }
    return object
  }

  /// The members of a task in JSON, without the type.
  var details: JSONObject {
    var object: JSONObject = [
      "task": .string("\(task.id)"), "status": .string(task.status.rawValue),
      "description": .string(task.description),
      "targets": .array(task.targets.map { .string("\($0)") }),
      "depends_on": .array(task.dependsOn.map { .string("\($0)") }),
      "priority": .integer(task.priority),
    ]
    object["attempts_drawn"] = state.counters[task.id].map { .integer($0.attemptsDrawn) }
    object["attempts_left"] = .integer(state.attemptsLeft(task.id))
    object["reason"] = task.reason.map { .string($0) }
    object["failure"] = task.failure.map { .string($0.rawValue) }
    object["verified"] = task.approval.map { .bool($0.isVerified) }
    object["self_judged"] = task.approval.map { .bool($0.isSelfJudged) }
    return object
  }
}
