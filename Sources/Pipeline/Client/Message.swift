package import JSON

/// One message of a conversation with a model.
package struct Message: Hashable, Sendable {
  /// Who speaks.
  package enum Role: String, CaseIterable, Sendable {
    case system
    case user
    case assistant
    case tool
  }

  package var role: Role
  package var content: String
  /// What the model thought aloud before it answered.
  package var thinking: String?
  package var toolCalls: [ToolCall]
  /// The tool whose result this is.
  package var toolName: String?
  /// The call whose result this is.
  package var toolCallID: String?

  package init(
    role: Role,
    content: String,
    thinking: String? = nil,
    toolCalls: [ToolCall] = [],
    toolName: String? = nil,
    toolCallID: String? = nil
  ) {
    self.role = role
    self.content = content
    self.thinking = thinking
    self.toolCalls = toolCalls
    self.toolName = toolName
    self.toolCallID = toolCallID
  }

  package static func system(_ content: String) -> Message { Message(role: .system, content: content) }

  package static func user(_ content: String) -> Message { Message(role: .user, content: content) }

  package static func assistant(_ content: String, toolCalls: [ToolCall] = []) -> Message {
    Message(role: .assistant, content: content, toolCalls: toolCalls)
  }

  /// Makes the message that answers `call`.
  package static func result(_ content: String, of call: ToolCall) -> Message {
    Message(role: .tool, content: content, toolName: call.name, toolCallID: call.id)
  }
}

extension Message {
  /// Reads a message that `json` wrote.
  package init(json: JSONValue) throws(StoredValueError) {
    let object = try StoredValueError.require(json.object, "object", of: "message")
    role = try StoredValueError.require(object["role"]?.string.flatMap { Role(rawValue: $0) }, "role", of: "message")
    content = try StoredValueError.require(object["content"]?.string, "content", of: "message")
    thinking = object["thinking"]?.string
    toolName = object["tool_name"]?.string
    toolCallID = object["tool_call_id"]?.string
    toolCalls = []
    for call in object["tool_calls"]?.array ?? [] {
      toolCalls.append(try ToolCall(json: call))
    }
  }

  /// The form in which transcripts are stored; no server's own.
  package var json: JSONValue {
    var object: JSONObject = ["role": .string(role.rawValue), "content": .string(content)]
    object["thinking"] = thinking.map { .string($0) }
    if !toolCalls.isEmpty { object["tool_calls"] = .array(toolCalls.map { $0.json }) }
    object["tool_name"] = toolName.map { .string($0) }
    object["tool_call_id"] = toolCallID.map { .string($0) }
    return .object(object)
  }
}
