import Pipeline
import Wording

/// How a run ended, for the user.
struct RunSummary {
  private let result: ResultEvent
  /// The folder in which the user has to go on, where that is not the project's own.
  private let place: String?

  init(_ result: ResultEvent, in place: String? = nil) {
    (self.result, self.place) = (result, place)
  }

  func lines(on terminal: Terminal) -> [String] {
    let text = EventText(terminal)
    let style = text.style
    let outcome = style.paint(result.outcome.rawValue, .bold, colour)
    var lines = ["", "\(text.mark(of: result.outcome)) \(outcome)"]
    lines += DisplayWidth.wrapped("  \(placed(result.message))", columns: terminal.columns, indent: 2) + [""]
    var table = TextTable()
    func add(_ name: String, _ value: String) { table.rows.append([style.dim(name), value]) }
    if !result.tasks.isEmpty { add("Tasks", tasks) }
    for (index, check) in result.checks.sorted(by: { $0.key < $1.key }).enumerated() {
      let status = CheckResult.Status(rawValue: check.value)
      let mark = status == .passed ? style.good : status?.isFailure == true ? style.bad : style.warning
      add(index == 0 ? "Checks" : "", "\(mark) \(check.key) \(status.map { StatusReport.words($0) } ?? check.value)")
    }
    add("Steps", Amount.grouped(result.steps))
    add("Calls", Amount.grouped(result.calls))
    add("Tokens", "\(Amount.grouped(result.promptTokens)) read, \(Amount.grouped(result.outputTokens)) written")
    if let calls = result.decisionCalls {
      let tokens = Amount.counted(result.decisionTokens ?? 0, "token")
      add("Decisions", "\(Amount.counted(calls, "call")) and \(tokens) besides, from the arbiter's reserve")
    }
    if let cost = result.cost {
      for (index, words) in CostText(cost).lines.enumerated() { add(index == 0 ? "Cost" : "", words) }
    }
    add("Time", Amount.time(result.seconds))
    if let load = result.loadSeconds, load >= 0.05 {
      // Servers that load at the same time may take longer together than the run did.
      add("Loading", "\(Amount.time(load))\(load > result.seconds ? "" : " of it"), by the model servers")
    }
    lines += table.lines(on: terminal)
    if let next = result.next {
      let advice = "\(style.arrow) \(placed(next))"
      lines += [""] + DisplayWidth.wrapped(advice, columns: terminal.columns, indent: 2, isOurs: true)
    }
    return lines
  }

  /// The text, with the folder that its commands are meant for where that is another.
  private func placed(_ text: String) -> String {
    guard let place, text.contains("'autonomy ") else { return text }
    return "\(text) Do so in '\(place)'."
  }

  private var tasks: String {
    TaskStatus.allCases.sorted { $0 == .done && $1 != .done }.compactMap { status in
      result.tasks[status.rawValue].map { "\($0) \(status.words)" }
    }.joined(separator: ", ")
  }

  private var colour: TextStyle.Colour {
    switch result.outcome {
    case .complete: .green
    case .unverified, .partial, .interrupted, .budget, .needsUser: .yellow
    default: .red
    }
  }
}
