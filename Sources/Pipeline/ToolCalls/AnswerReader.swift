import JSON
import ToolCallReading

/// Tells what an answer calls, as far as that can be told without asking a model again.
struct AnswerReader {
  private let registry: ToolRegistry
  private let tools: [ToolDefinition]
  private let schemas: [ToolSchema]

  init(registry: ToolRegistry, tools: [ToolDefinition]) {
    self.registry = registry
    self.tools = tools
    schemas = tools.map {
      ToolSchema(name: $0.name, parameters: $0.parameters, changesFiles: registry.changesFiles($0.name))
    }
  }

  /// Reads the native calls, or the text where there are none; `number` makes ids where the server gave none.
  func read(_ reply: ModelReply, number: Int) -> AnswerReading {
    if !reply.toolCalls.isEmpty { return read(reply.toolCalls, text: reply.content) }
    let reading = read(text: reply.content, number: number)
    guard reading.isSilent, !reply.thinking.isEmpty else { return reading }
    let thought = read(text: reply.thinking, number: number)
    return thought.calls.isEmpty ? reading : thought
  }

  /// Reads calls that arrived as such, in their order up to the first that cannot be carried out.
  func read(_ calls: [ToolCall], text: String) -> AnswerReading {
    let coercion = ArgumentCoercion(tools: schemas)
    var reading = AnswerReading(text: text, stage: .native)
    for call in calls {
      let found: FoundCall
      do {
        found = try coercion.call(name: call.name, arguments: .object(call.arguments))
      } catch {
        reading.mistake = registry.mistake(in: call, offered: tools) ?? explain(error)
        return reading
      }
      let fitted = ToolCall(id: call.id, name: found.name, arguments: found.arguments)
      if let mistake = registry.mistake(in: fitted, offered: tools) {
        reading.mistake = mistake
        return reading
      }
      reading.calls.append(fitted)
      reading.note(found.notes)
    }
    return reading
  }

  private func read(text: String, number: Int) -> AnswerReading {
    let found = CallReader(tools: schemas).read(text)
    var reading = AnswerReading(text: found.text, stage: .text)
    for (index, call) in found.callsInFront.enumerated() {
      let call = (call, ToolCall(id: "call_\(number)_\(index + 1)", name: call.name, arguments: call.arguments))
      if let mistake = registry.mistake(in: call.1, offered: tools) {
        reading.mistake = mistake
        return reading
      }
      reading.calls.append(call.1)
      reading.note(call.0.notes)
    }
    if let mistake = found.mistakes.first { reading.mistake = explain(mistake) }
    return reading
  }

  private func explain(_ mistake: CallMistake) -> String {
    let example = registry.example(of: mistake.name, offered: tools)
    return "\(mistake.message) Nothing of it was carried out." + (example.map { "\nA right call: \($0)" } ?? "")
  }
}

/// What an answer calls.
struct AnswerReading {
  /// The calls that can be carried out, in order.
  fileprivate(set) var calls: [ToolCall] = []
  /// What is wrong with what follows them.
  var mistake: String?
  /// The text beside the calls.
  let text: String
  var stage: CallStage
  /// What had to be mended.
  private(set) var notes: [String] = []

  init(text: String, stage: CallStage) {
    self.text = text
    self.stage = stage
  }

  /// Whether there is neither a call nor anything like one.
  var isSilent: Bool { calls.isEmpty && mistake == nil }

  fileprivate mutating func note(_ new: [String]) {
    for note in new where !notes.contains(note) { notes.append(note) }
  }
}
