package import JSON

/// The rewriting of a conversation for a model that writes its calls as text: tools are described in the system prompt,
/// and calls and results become plain messages.
struct DescribedTools {
  let tools: [ToolDefinition]
  /// The fixed line with which every message of ours begins.
  let line: String

  func rewrite(_ messages: [Message]) -> [Message] {
    var messages = messages.map { message in
      switch message.role {
      case .assistant: plain(message)
      case .tool: Message.user("\(line)\n\nResult of '\(message.toolName ?? "the call")':\n\(message.content)")
      case .system, .user: message
      }
    }
    if let index = messages.firstIndex(where: { $0.role == .system }) {
      messages[index].content += "\n\n\(description)"
    } else {
      messages.insert(.system(description), at: 0)
    }
    return messages
  }

  private func plain(_ message: Message) -> Message {
    let calls = message.toolCalls.map { call in
      let value: JSONValue = ["name": .string(call.name), "arguments": .object(call.arguments)]
      return "<tool_call>\n\(value.text())\n</tool_call>"
    }
    let content = ([message.content].filter { !$0.isEmpty } + calls).joined(separator: "\n")
    return Message(role: .assistant, content: content, thinking: message.thinking)
  }

  private var description: String {
    """
    # How to call a tool

    Write each call as one JSON object between marks, and nothing else:

    <tool_call>
    {"name": "the tool", "arguments": {"argument": "value"}}
    </tool_call>

    The tools and their arguments, as JSON Schema:

    \(tools.map { $0.json.text() }.joined(separator: "\n"))
    """
  }
}

/// The schema that binds an answer to one call of an offered tool, or to none.
package struct CallFormat {
  /// The name by which a model says that it calls nothing.
  package static let none = "none"

  /// What the model is told of it.
  static let instruction =
    "Answer with one JSON object: {\"name\": the tool to call next, \"arguments\": its arguments}. If no tool is to be "
    + "called, answer {\"name\": \"\(none)\"}."

  private let tools: [ToolDefinition]

  package init(tools: [ToolDefinition]) {
    self.tools = tools
  }

  package var schema: JSONValue {
    let none: JSONValue = [
      "type": "object", "properties": ["name": ["const": .string(Self.none)]], "required": ["name"],
    ]
    let calls = tools.map { tool -> JSONValue in
      [
        "type": "object",
        "properties": ["name": ["const": .string(tool.name)], "arguments": tool.parameters],
        "required": ["name", "arguments"],
      ]
    }
    return ["anyOf": .array(calls + [none])]
  }

  /// Whether a bound answer says that nothing is called.
  static func saysNone(_ content: String) -> Bool {
    (try? JSONValue(parsing: content))?["name"]?.string == none
  }
}
