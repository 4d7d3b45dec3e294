import JSON
package import Pipeline

/// The interpreter's model as the one who tells which calls another model meant.
package struct ModelInterpreter: CallInterpreter {
  private let tool: any ModelTool

  package init(tool: any ModelTool) {
    self.tool = tool
  }

  package func interpret(_ question: InterpretationRequest) async throws -> Interpretation? {
    let names = question.tools.map(\.name).joined(separator: ", ")
    let system = """
      You read what another model wrote and say which tool calls it meant. Take every value from the text as it stands; \
      make nothing up. If it meant none, answer with no calls. Say how sure you are, from 0 to 1.
      """
    let mistake = question.mistake.map { "\n\n## What was wrong with it\n\n\($0)" } ?? ""
    let text = """
      [phase=interpretation role=interpreter attempt=1]

      ## What the model wrote

      \(question.answer)\(mistake)

      ## The tools

      \(question.tools.map { $0.json.text() }.joined(separator: "\n"))

      Which of \(names) did it call, with which arguments?
      """
    let format: JSONValue = [
      "type": "object",
      "properties": [
        "calls": ["type": "array", "items": CallFormat(tools: question.tools).schema],
        "confidence": ["type": "number"],
      ],
      "required": ["calls", "confidence"],
    ]
    let reply: ModelReply
    do throws(ModelError) {
      reply = try await tool.reply(to: [.system(system), .user(text)], tools: [], format: format)
    } catch {
      if error == .cancelled { throw CancellationError() }
      return nil
    }
    guard reply.finish != .length, let answer = try? JSONValue(parsing: reply.content) else { return nil }
    let calls = (answer["calls"]?.array ?? []).enumerated().compactMap { index, call -> ToolCall? in
      guard let name = call["name"]?.string, name != CallFormat.none else { return nil }
      return ToolCall(id: "call_i\(index + 1)", name: name, arguments: call["arguments"]?.object ?? [:])
    }
    return Interpretation(calls: calls, confidence: answer["confidence"]?.double ?? 0)
  }
}
