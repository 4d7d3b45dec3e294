import JSON
import Pipeline
import Wording

/// How far the work on a project is, read while it may go on.
struct StatusReport {
  private let state: PipelineState
  private let run: RunRecord
  private let holder: LockHolder?
  private let questions: [Question]
  /// The rollback that the run's verdict did not know of.
  private let rollback: CheckpointRestoredEvent?
  /// The caps on money that the project has now.
  private let caps: LimitSettings
  private let now: Timestamp

  /// Nil where no run has begun.
  init?(_ reader: JournalReader, _ folder: StateFolder, caps: LimitSettings, now: Timestamp = .now) throws {
    state = try reader.state()
    guard let run = state.run else { return nil }
    self.run = run
    holder = LockHolder.current(in: folder.path)
    let open = Set(state.waitingQuestions.map { $0.id })
    rollback = try Self.rollback(since: run, reader)
    questions = try reader.questions().filter { open.contains($0.id) && !$0.isApplied }
    self.caps = caps
    self.now = now
  }

  private static func rollback(since run: RunRecord, _ reader: JournalReader) throws -> CheckpointRestoredEvent? {
    // A verdict holds for one tree; without one there is no need to look.
    guard run.outcome != nil, run.tree == nil else { return nil }
    let last = try reader.events(EventSelection(run: run.id, kinds: [.checkpointRestored, .result])).last
    guard case .checkpointRestored(let event)? = last?.event, event.withState else { return nil }
    return event
  }

  // MARK: - Words

  func lines(on terminal: Terminal) -> [String] {
    let style = TextStyle(terminal)
    var lines = heading(EventText(terminal))
    if !state.tasks.isEmpty {
      lines += ["", "\(style.bold("Tasks"))  \(counts)"]
      lines += TaskText.lines(of: state, on: terminal)
    }
    if !questions.isEmpty {
      lines += ["", style.bold("Questions")]
      for question in questions { lines += self.lines(of: question, style) }
    }
    lines.append("")
    lines += spending(style).lines(on: terminal)
    for (name, status) in state.latestChecks.sorted(by: { $0.key < $1.key }) {
      let mark = status == .passed ? style.good : status.isFailure ? style.bad : style.warning
      lines.append("  \(style.dim("Check"))        \(mark) \(name) \(StatusReport.words(status))")
    }
    return lines
  }

  private func heading(_ text: EventText) -> [String] {
    let style = text.style
    let mode = run.firstMode.map { "\(run.mode), began as \($0)" } ?? run.mode
    let name = "\(style.bold("Run \(run.id)"))\(style.separator)\(mode)\(style.separator)"
    if let holder {
      let command = holder.command.map { " '\($0)'" } ?? ""
      let process = holder.process.map { ", process \($0)" } ?? ""
      let since = holder.since.map { " for \(Amount.time(Double(now.milliseconds - $0.milliseconds) / 1000))" } ?? ""
      var lines = ["\(name)\(style.paint("at work", .green)):\(command)\(process)\(since)"]
      for step in state.openSteps {
        lines.append("Step \(step.number)\(style.separator)\(step.decision.action)")
      }
      return lines
    }
    guard let outcome = run.outcome else {
      return ["\(name)\(style.paint("cut off", .yellow)). Continue it with 'autonomy resume'."]
    }
    let heading = "\(name)\(text.mark(of: outcome)) \(style.bold(outcome.rawValue))"
    guard let rollback else {
      return [heading] + DisplayWidth.wrapped(run.message ?? "", columns: text.terminal.columns)
    }
    let (mark, words) = text.words(of: .checkpointRestored(rollback))
    let since = "That was before you \(words). Go on from there with 'autonomy run'."
    return [heading, "\(mark) \(since)"]
  }

  private var counts: String {
    let counts = state.statusCounts
    let order: [TaskStatus] = [.done, .inReview, .needsFix, .needsUser, .pending, .failed, .blocked]
    return order.compactMap { status in counts[status].map { "\($0) \(status.words)" } }.joined(separator: ", ")
  }

  private func lines(of question: Question, _ style: TextStyle) -> [String] {
    let task = question.task.map { " (\($0))" } ?? ""
    let head = "  \(style.asking) \(question.id)\(task): \(DisplayWidth.oneLine(question.text))"
    if let answer = question.answer {
      return [head, style.dim("    answered: \(DisplayWidth.oneLine(answer)); the run has yet to take it up")]
    }
    return [head, "    " + style.dim("Answer with: autonomy answer \(question.id) TEXT")]
  }

  private func spending(_ style: TextStyle) -> TextTable {
    let (spent, limits) = (run.spent, run.limits)
    var table = TextTable(rightAligned: [1])
    func add(_ name: String, _ value: String, _ limit: String?) {
      table.rows.append([style.dim(name), value, limit.map { style.dim("of \($0)") } ?? style.dim("no limit")])
    }
    add("Steps", Amount.grouped(spent.steps), limits.steps.map { Amount.grouped($0) })
    add("Model calls", Amount.grouped(spent.calls), limits.calls.map { Amount.grouped($0) })
    add("Tokens", Amount.grouped(spent.tokens), limits.tokens.map { Amount.grouped($0) })
    add("Time", Amount.time(spent.seconds), limits.seconds.map { Amount.time($0) })
    let money = spent.microdollars + run.reserveSpent.microdollars
    if money > 0 || limits.microdollars != nil {
      add("Money", "\(Dollars(microdollars: money))", limits.microdollars.map { "\(Dollars(microdollars: $0))" })
    }
    let sums = [
      ("Money today", state.money.total(on: now.day), caps.dayDollars),
      ("Money in all", state.money.total, caps.projectDollars),
    ]
    for (name, amount, cap) in sums where amount > money || cap != nil {
      add(name, "\(Dollars(microdollars: amount))", cap.map { "\($0)" })
    }
    if let load, load >= 0.05 { table.rows.append([style.dim("Loading"), Amount.time(load)]) }
    return table
  }

  /// How long servers took to load models for the run and for its decisions, in seconds.
  private var load: Double? {
    guard run.spent.loadSeconds != nil || run.reserveSpent.loadSeconds != nil else { return nil }
    return (run.spent.loadSeconds ?? 0) + (run.reserveSpent.loadSeconds ?? 0)
  }

  static func words(_ status: CheckResult.Status) -> String {
    switch status {
    case .passed: "passed"
    case .failed: "failed"
    case .absent: "proves nothing"
    case .timedOut: "hit its time limit"
    }
  }

  // MARK: - JSON

  /// A line for each task and each question.
  var items: [JSONValue] {
    state.tasks.map { .object(TaskText($0, in: state).json) }
      + questions.map { question in
        var object: JSONObject = ["type": "question", "question": .string("\(question.id)")]
        object["task"] = question.task.map { .string("\($0)") }
        object["text"] = .string(question.text)
        object["answer"] = question.answer.map { .string($0) }
        return .object(object)
      }
  }

  /// The members of the last line.
  var summary: JSONObject {
    var object: JSONObject = ["run": .string("\(run.id)"), "mode": .string(run.mode)]
    object["first_mode"] = run.firstMode.map { .string($0) }
    object["at_work"] = .bool(holder != nil)
    object["process"] = holder?.process.map { .integer($0) }
    object["step"] = state.openSteps.first.map { .integer($0.number) }
    object["action"] = state.openSteps.first.map { .string("\($0.decision.action)") }
    if state.openSteps.count > 1 {
      object["steps"] = .array(
        state.openSteps.map { step in
          ["step": .integer(step.number), "action": .string("\(step.decision.action)")]
        }
      )
    }
    object["outcome"] = run.outcome.map { .string($0.rawValue) }
    object["message"] = run.message.map { .string($0) }
    object["rolled_back_to"] = rollback.map { .string("\($0.checkpoint)") }
    object["tasks"] = .object(
      JSONObject(TaskStatus.allCases.map { ($0.rawValue, .integer(state.statusCounts[$0] ?? 0)) })
    )
    object["checks"] = .object(
      JSONObject(state.latestChecks.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value.rawValue)) })
    )
    var limits: JSONObject = [:]
    var spent: JSONObject = [
      "steps": .integer(run.spent.steps), "calls": .integer(run.spent.calls),
      "prompt_tokens": .integer(run.spent.promptTokens), "output_tokens": .integer(run.spent.outputTokens),
      "seconds": .number(run.spent.seconds),
      "microdollars": .integer(run.spent.microdollars + run.reserveSpent.microdollars),
    ]
    if let cap = caps.dayDollars {
      spent["day_microdollars"] = .integer(state.money.total(on: now.day))
      limits["day_microdollars"] = .integer(cap.microdollars)
    }
    if let cap = caps.projectDollars {
      spent["project_microdollars"] = .integer(state.money.total)
      limits["project_microdollars"] = .integer(cap.microdollars)
    }
    spent["load_seconds"] = load.map { .number($0) }
    object["spent"] = .object(spent)
    limits["steps"] = run.limits.steps.map { .integer($0) }
    limits["calls"] = run.limits.calls.map { .integer($0) }
    limits["tokens"] = run.limits.tokens.map { .integer($0) }
    limits["seconds"] = run.limits.seconds.map { .number($0) }
    limits["microdollars"] = run.limits.microdollars.map { .integer($0) }
    object["limits"] = .object(limits)
    return object
  }
}
