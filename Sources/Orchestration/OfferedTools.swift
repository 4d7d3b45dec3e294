import JSON
import Pipeline
import ToolCallReading

/// Tools that a model is offered, and the reading of its calls of them.
struct OfferedTools: Sendable {
  let definitions: [ToolDefinition]
  private let coercion: ArgumentCoercion
  private let reader: CallReader

  init(_ definitions: [ToolDefinition]) {
    let schemas = definitions.map { ToolSchema(name: $0.name, parameters: $0.parameters) }
    self.definitions = definitions
    coercion = ArgumentCoercion(tools: schemas)
    reader = CallReader(tools: schemas)
  }

  /// Reads the calls in an answer, native or written as text, as far as they can be told.
  func read(_ reply: ModelReply) -> CallReading {
    var reading = CallReading()
    guard reply.finish != .length, !definitions.isEmpty else { return reading }
    if reply.toolCalls.isEmpty {
      let found = reader.read(reply.content)
      reading.calls = found.callsInFront.enumerated().map { index, call in
        ToolCall(id: "call_\(index + 1)", name: call.name, arguments: call.arguments)
      }
      reading.mistake = found.mistakes.first?.message
      return reading
    }
    for call in reply.toolCalls {
      do {
        let found = try coercion.call(name: call.name, arguments: .object(call.arguments))
        reading.calls.append(ToolCall(id: call.id, name: found.name, arguments: found.arguments))
      } catch {
        reading.mistake = error.message
        return reading
      }
    }
    return reading
  }
}

/// The calls in an answer.
struct CallReading {
  /// In order, up to the first that cannot be told.
  fileprivate(set) var calls: [ToolCall] = []
  /// What is wrong with what follows them.
  fileprivate(set) var mistake: String?
}
