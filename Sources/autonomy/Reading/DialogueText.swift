import JSON
import Orchestration
import Pipeline
import Wording

/// A dialogue in words and as JSON.
struct DialogueText: Sendable {
  private let console: Console

  init(_ console: Console) {
    self.console = console
  }

  func write(_ turn: DialogueTurn) {
    let style = console.style
    console.print(style.bold("\(turn.number) \(turn.speaker)"))
    console.printWrapped("  " + (turn.text.isEmpty ? "(no word)" : turn.text.trimmingEnd()), indent: 2)
    if let oversight = turn.oversight { write(oversight) }
    console.print()
  }

  private func write(_ oversight: Oversight) {
    let style = console.style
    let reason = oversight.reason.map { " \($0)" } ?? ""
    switch oversight.ruling {
    case .approve, .stop:
      break
    case .modify(let text):
      write(style.neutral, "The arbiter changed this.\(reason) The new text:")
      console.printWrapped("  \(text.trimmingEnd())", indent: 2)
    case .redirect(let role):
      write(style.neutral, "The arbiter passed this on to '\(role)'.\(reason)")
    }
    if let fallback = oversight.fallback { write(style.warning, "The arbiter did not decide: \(fallback)") }
  }

  /// Writes a text behind a mark, which may have a colour.
  private func write(_ mark: String, _ text: String) {
    let lines = DisplayWidth.wrapped("  \(text)", columns: console.output.terminal.columns, indent: 2)
    for (index, line) in lines.enumerated() { console.print(index == 0 ? "\(mark) \(line.dropFirst(2))" : line) }
  }

  func write(_ result: DialogueResult) {
    let style = console.style
    switch result.outcome {
    case .agreement(let text): write(style.good, "They agree. \(text)".trimmingEnd())
    case .stopped(let text): write(style.neutral, "It was ended. \(text)".trimmingEnd())
    case .turnLimit: write(style.warning, "They did not agree in \(Amount.counted(result.turns.count, "turn")).")
    case .failure(let error): write(style.bad, error.description)
    }
  }

  static func json(_ turn: DialogueTurn) -> JSONValue {
    var object: JSONObject = [
      "type": "turn", "turn": .integer(turn.number), "role": .string(turn.speaker), "text": .string(turn.text),
      "agrees": .bool(turn.isAgreement),
    ]
    object["oversight"] = turn.oversight.map { .string($0.word) }
    switch turn.oversight?.ruling {
    case .modify(let text): object["new_text"] = .string(text)
    case .redirect(let role): object["to"] = .string(role)
    case .approve, .stop, nil: break
    }
    object["reason"] = turn.oversight?.reason.map { .string($0) }
    object["fallback"] = turn.oversight?.fallback.map { .string($0) }
    return .object(object)
  }

  static func json(
    _ result: DialogueResult,
    _ statistics: ConversationStatistics,
    _ asked: [PhaseModel]
  ) -> JSONObject {
    let models = statistics.models.values
    return [
      "outcome": .string(result.outcome.word), "summary": result.outcome.summary.map { .string($0) } ?? .null,
      "models": .object(JSONObject(asked.map { ($0.role, .string("\($0.name)@\($0.server)")) })),
      "turns": .integer(result.turns.count), "calls": .integer(models.reduce(0) { $0 + $1.calls }),
      "prompt_tokens": .integer(models.reduce(0) { $0 + $1.promptTokens }),
      "output_tokens": .integer(models.reduce(0) { $0 + $1.outputTokens }),
    ]
  }
}
