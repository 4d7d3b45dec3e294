import JSON
import Pipeline
import Wording

/// All that is known of one step.
struct StepReport {
  private let number: Int
  private let events: [StoredEvent]
  private let transcript: [TranscriptEntry]
  private var decision: DecisionEvent?
  private var start: PhaseStartedEvent?
  private var route: RouteEvent?
  private var end: PhaseFinishedEvent?
  private var requests: [ModelRequestEvent] = []
  private var responses: [ModelResponseEvent] = []
  /// What the decision on the step cost, before it began.
  private var decisionResponses: [ModelResponseEvent] = []
  private var consultations: [ConsultationEvent] = []
  private var fallback: FallbackEvent?

  /// Nil where there was no such step.
  init?(_ number: Int, _ reader: JournalReader) throws {
    self.number = number
    events = try reader.events(EventSelection(step: number))
    guard !events.isEmpty else { return nil }
    transcript = try reader.transcript(of: number)
    for stored in events {
      switch stored.event {
      case .decision(let event): decision = event
      case .phaseStarted(let event): start = event
      case .route(let event): route = event
      case .phaseFinished(let event): end = event
      case .modelRequest(let event): if start != nil { requests.append(event) }
      case .modelResponse(let event):
        if start == nil { decisionResponses.append(event) } else { responses.append(event) }
      case .consultation(let event): consultations.append(event)
      case .fallback(let event): fallback = event
      default: break
      }
    }
  }

  // MARK: - Words

  func lines(on terminal: Terminal, isFull: Bool) -> [String] {
    let text = EventText(terminal)
    var lines = heading(text) + [""] + reasons(text)
    lines += advice(text, isFull: isFull)
    lines += ["", text.style.bold("What was said")]
    lines += conversation(text, isFull: isFull)
    if let removals = requests.last?.removals {
      let removed = RemovalText(removals: removals, transcript: transcript, text: text)
      lines += ["", text.style.bold("What the last prompt left out")] + removed.lines(isFull: isFull)
    }
    let others = consequences(text)
    if !others.isEmpty { lines += ["", text.style.bold("What came of it")] + others }
    lines += ["", text.style.bold("What it cost")]
    return lines + costs(text)
  }

  private func heading(_ text: EventText) -> [String] {
    let style = text.style
    let action = decision.map { "\($0.action)" } ?? start.map { text.name($0.phase, $0.task) } ?? ""
    let result = end.map { "\(text.mark(ofResult: $0.result)) \($0.result)" } ?? style.paint("not finished", .yellow)
    let time = events.first.map { style.dim("\($0.time)") } ?? ""
    return ["\(style.bold("Step \(number)"))\(style.separator)\(action)\(style.separator)\(result)  \(time)"]
  }

  private func reasons(_ text: EventText) -> [String] {
    let style = text.style
    var table = TextTable()
    if let decision {
      table.rows.append([style.dim("Chosen by"), decision.maker])
      table.rows.append([style.dim("Because"), decision.reason])
      let others = decision.legal.filter { $0 != decision.action }.map { "\($0)" }
      let rest = others.count > 8 ? " and \(others.count - 8) more" : ""
      table.rows.append([
        style.dim("Instead of"),
        others.isEmpty ? "nothing: no other step was legal" : others.prefix(8).joined(separator: ", ") + rest,
      ])
      if let rules = decision.rules, decision.maker != "rules" {
        let same = rules == decision.action ? "the same" : "\(rules)"
        table.rows.append([style.dim("The rules"), "would have chosen \(same)"])
      }
      if let fallback { table.rows.append([style.dim("Fallback"), DisplayWidth.oneLine(fallback.reason)]) }
      if decision.repeats > 0 {
        let times = Amount.counted(decision.repeats, "time")
        table.rows.append([style.dim("Repeated"), "done \(times) before on the same progress"])
      }
    }
    if let start {
      // A review is no attempt.
      let attempt = start.phase == .qa ? "" : start.attempt.map { ", attempt \($0)" } ?? ""
      let model = start.model.isEmpty ? route?.model ?? "none was needed" : start.model
      table.rows.append([style.dim("Model"), "\(model) as \(start.role)\(attempt)"])
    }
    if let route {
      table.rows.append([style.dim("Route"), "\(route.kind): \(route.tier.rawValue)"])
      for reason in route.reasons { table.rows.append(["", reason]) }
      for refused in route.refused { table.rows.append(["", "not \(refused.model): \(refused.why)"]) }
    }
    if let notes = requests.lazy.compactMap(\.prompt).first {
      table.rows.append([style.dim("Prompt"), Self.words(notes)])
    }
    if let request = requests.first, !request.tools.isEmpty {
      table.rows.append([style.dim("Tools"), request.tools.joined(separator: ", ")])
    }
    return table.lines(on: Terminal(isLive: false, hasColour: false, hasUnicode: true))
  }

  /// How hard the step is, why, and what its prompt says because of that.
  private static func words(_ notes: PromptNotes) -> String {
    let factors = notes.factors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key.split(separator: "_").joined(separator: " ")) \($0.value)" }
    let why = factors.isEmpty ? "" : " (\(factors.joined(separator: ", ")))"
    let advice = notes.advice.isEmpty ? "nothing added" : "added \(notes.advice.joined(separator: ", "))"
    return "complexity \(notes.complexity) of 10\(why), for a \(notes.variant) model, \(advice)"
  }

  /// Who was consulted before the step, what they said, and what of it went on to the step's model.
  private func advice(_ text: EventText, isFull: Bool) -> [String] {
    guard !consultations.isEmpty || decision?.guidance != nil || decision?.advice != nil else { return [] }
    var lines = ["", text.style.bold("Who was consulted")]
    for consultation in consultations {
      let why = consultation.failure.map { ", because a step had failed (\($0.rawValue))" } ?? ""
      let again = consultation.isRepeated ? ", answered from the record" : ""
      lines.append("  " + text.style.paint("the \(consultation.role) specialist\(why)\(again)", .cyan))
      lines += body(consultation.query, limit: isFull ? .max : 4, text)
      let answer = consultation.answer ?? consultation.error ?? ""
      lines += body("\(text.style.arrow) \(answer)", limit: isFull ? .max : 8, text)
    }
    for use in decision?.advice ?? [] {
      let reason = use.reason.map { ": \($0)" } ?? ""
      lines.append("  The \(use.role) specialist's advice was \(use.verdict.rawValue)\(reason)")
    }
    guard let guidance = decision?.guidance else { return lines + ["  The step's model was given no advice."] }
    lines.append("  " + text.style.paint("what the step's model was given", .cyan))
    return lines + body(guidance, limit: isFull ? .max : 8, text)
  }

  private func conversation(_ text: EventText, isFull: Bool) -> [String] {
    guard !transcript.isEmpty else { return ["  No model was asked."] }
    let style = text.style
    var lines: [String] = []
    for entry in transcript {
      let message = entry.message
      let name = message.toolName.map { "result of \($0)" } ?? Self.words(message.role)
      lines.append("  " + style.paint(name, .cyan))
      lines += body(message.content, limit: isFull ? .max : message.role == .system ? 6 : 16, text)
      for call in message.toolCalls {
        lines.append("    \(style.arrow) \(style.bold(call.name)) " + argumentsHead(call, isFull: isFull))
        if isFull { lines += arguments(call, text) }
      }
      if let rejection = entry.rejection { lines.append("    \(style.bad) \(DisplayWidth.oneLine(rejection))") }
    }
    return lines
  }

  private static func words(_ role: Message.Role) -> String {
    switch role {
    case .system: "system prompt"
    case .user: "asked"
    case .assistant: "answered"
    case .tool: "result"
    }
  }

  private func body(_ content: String, limit: Int, _ text: EventText) -> [String] {
    let all = DisplayWidth.harmless(content).split(separator: "\n", omittingEmptySubsequences: false)
    guard all.count > limit else { return content.isEmpty ? [] : all.map { "    \($0)" } }
    let rest = Amount.counted(all.count - limit, "more line")
    return all.prefix(limit).map { "    \($0)" } + [
      "    " + text.style.dim("\(text.style.ellipsis) \(rest), with '--full'")
    ]
  }

  /// The short arguments of a call, on its own line.
  private func argumentsHead(_ call: ToolCall, isFull: Bool) -> String {
    let parts = call.arguments.compactMap { key, value -> String? in
      let shown = value.string ?? value.text()
      if shown.utf8.count <= 80, !shown.utf8.contains(0x0A) { return "\(key)=\(DisplayWidth.oneLine(shown))" }
      return isFull ? nil : "\(key)=(\(Amount.bytes(shown.utf8.count)))"
    }
    return parts.joined(separator: " ")
  }

  private func arguments(_ call: ToolCall, _ text: EventText) -> [String] {
    var lines: [String] = []
    for (key, value) in call.arguments {
      let shown = value.string ?? value.text()
      guard shown.utf8.count > 80 || shown.utf8.contains(0x0A) else { continue }
      lines.append("      " + text.style.dim("\(key):"))
      lines += body(shown, limit: .max, text).map { "    \($0)" }
    }
    return lines
  }

  private func consequences(_ text: EventText) -> [String] {
    events.flatMap { stored -> [String] in
      switch stored.event {
      case .checkFinished, .merge, .taskChanged, .planChanged, .question, .answer, .warning, .error, .budget,
        .phaseFinished:
        let (mark, words) = text.words(of: stored.event)
        return [text.fit("  \(mark) \(words)")]
      default:
        return []
      }
    }
  }

  private func costs(_ text: EventText) -> [String] {
    var table = TextTable()
    let style = text.style
    table.rows.append([style.dim("Model calls"), "\(requests.count)"])
    let prompt = responses.reduce(0) { $0 + ($1.promptTokens ?? 0) }
    let output = responses.reduce(0) { $0 + ($1.outputTokens ?? 0) }
    table.rows.append([style.dim("Tokens"), "\(Amount.grouped(prompt)) read, \(Amount.grouped(output)) written"])
    if !decisionResponses.isEmpty {
      let read = decisionResponses.reduce(0) { $0 + ($1.promptTokens ?? 0) }
      let written = decisionResponses.reduce(0) { $0 + ($1.outputTokens ?? 0) }
      let calls = Amount.counted(decisionResponses.count, "call")
      table.rows.append([
        style.dim("Decision"), "\(calls), \(Amount.grouped(read)) tokens read, \(Amount.grouped(written)) written",
      ])
    }
    if let money { table.rows.append([style.dim("Money"), "\(Dollars(microdollars: money))"]) }
    let time = responses.reduce(0) { $0 + $1.seconds }
    table.rows.append([style.dim("Model time"), Amount.time(time)])
    if let end { table.rows.append([style.dim("Whole time"), Amount.time(end.seconds)]) }
    return table.lines(on: Terminal(isLive: false, hasColour: false, hasUnicode: true))
  }

  /// What the answers have cost whose price is known, with those that led to the decision; nil for nothing.
  private var money: Int? {
    let all = (responses + decisionResponses).compactMap(\.microdollars)
    return all.isEmpty ? nil : all.reduce(0, +)
  }

  // MARK: - JSON

  /// The step's events as they are stored, and the messages of its conversation.
  func items() throws -> [JSONValue] {
    var items: [JSONValue] = []
    for stored in events { items.append(try stored.json()) }
    for (position, entry) in transcript.enumerated() {
      var object: JSONObject = ["type": "message", "step": .integer(number), "position": .integer(position)]
      for (key, value) in entry.message.json.object ?? [:] { object[key] = value }
      object["rejection"] = entry.rejection.map { .string($0) }
      items.append(.object(object))
    }
    return items
  }

  /// The members of the last line.
  var summary: JSONObject {
    var object: JSONObject = ["step": .integer(number)]
    object["action"] = decision.map { .string("\($0.action)") }
    object["maker"] = decision.map { .string($0.maker) }
    object["reason"] = decision.map { .string($0.reason) }
    object["rules"] = decision?.rules.map { .string("\($0)") }
    object["guidance"] = decision?.guidance.map { .string($0) }
    object["fallback"] = fallback.map { .string($0.reason) }
    object["consultations"] =
      consultations.isEmpty
      ? nil
      : .array(
        consultations.map { event in
          var members: JSONObject = ["role": .string(event.role), "query": .string(event.query)]
          members["answer"] = event.answer.map { .string($0) }
          members["error"] = event.error.map { .string($0) }
          members["failure"] = event.failure.map { .string($0.rawValue) }
          return .object(members)
        }
      )
    object["advice"] = decision?.advice.map { uses in
      .array(
        uses.map { use in
          var members: JSONObject = ["role": .string(use.role), "verdict": .string(use.verdict.rawValue)]
          members["reason"] = use.reason.map { .string($0) }
          return .object(members)
        }
      )
    }
    object["legal"] = decision.map { .array($0.legal.map { .string("\($0)") }) }
    if let notes = requests.lazy.compactMap(\.prompt).first {
      object["complexity"] = .integer(notes.complexity)
      object["variant"] = .string(notes.variant)
      object["prompt_advice"] = .array(notes.advice.map { .string($0) })
    }
    object["result"] = end.map { .string($0.result) }
    object["calls"] = .integer(requests.count)
    object["prompt_tokens"] = .integer(responses.reduce(0) { $0 + ($1.promptTokens ?? 0) })
    object["output_tokens"] = .integer(responses.reduce(0) { $0 + ($1.outputTokens ?? 0) })
    object["microdollars"] = money.map { .integer($0) }
    object["seconds"] = end.map { .number($0.seconds) }
    return object
  }
}
