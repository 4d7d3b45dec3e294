import JSON
package import Pipeline
import ToolCallReading

/// The calls in an answer, native or written as text, as far as they can be told.
package struct CallReading {
  /// In order, up to the first that cannot be told.
  package private(set) var calls: [ToolCall] = []
  /// What is wrong with what follows them.
  package private(set) var mistake: String?

  package init(_ reply: ModelReply, tools: [ToolDefinition]) {
    guard reply.finish != .length, !tools.isEmpty else { return }
    let schemas = tools.map { ToolSchema(name: $0.name, parameters: $0.parameters) }
    if reply.toolCalls.isEmpty {
      let found = CallReader(tools: schemas).read(reply.content)
      calls = found.callsInFront.enumerated().map { index, call in
        ToolCall(id: "call_\(index + 1)", name: call.name, arguments: call.arguments)
      }
      mistake = found.mistakes.first?.message
      return
    }
    let coercion = ArgumentCoercion(tools: schemas)
    for call in reply.toolCalls {
      do {
        let found = try coercion.call(name: call.name, arguments: .object(call.arguments))
        calls.append(ToolCall(id: call.id, name: found.name, arguments: found.arguments))
      } catch {
        mistake = error.message
        return
      }
    }
  }
}
