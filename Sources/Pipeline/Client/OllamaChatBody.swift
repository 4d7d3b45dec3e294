import JSON

/// The body of a chat request in Ollama's own protocol.
struct OllamaChatBody {
  let request: ModelRequest

  var json: JSONValue {
    var body: JSONObject = [
      "model": .string(request.model.description),
      "messages": .array(request.messages.map { Self.json($0) }),
      "stream": true,
      // Without these the server silently drops the beginning of what does not fit. Older servers ignore them.
      "truncate": false,
      "shift": false,
      "options": options,
    ]
    if !request.tools.isEmpty { body["tools"] = .array(request.tools.map { Self.json($0) }) }
    body["format"] = request.format
    body["think"] = request.think.map { .bool($0) }
    body["keep_alive"] = request.keepAlive.map { .integer(max(-1, Int($0.components.seconds))) }
    return .object(body)
  }

  private var options: JSONValue {
    var options: JSONObject = [
      "num_ctx": .integer(request.options.numContext),
      "num_predict": .integer(request.options.numPredict),
    ]
    options["temperature"] = request.options.temperature.map { .number($0) }
    options["seed"] = request.options.seed.map { .integer($0) }
    return .object(options)
  }

  private static func json(_ message: Message) -> JSONValue {
    var object: JSONObject = ["role": .string(message.role.rawValue), "content": .string(message.content)]
    object["thinking"] = message.thinking.map { .string($0) }
    if !message.toolCalls.isEmpty {
      object["tool_calls"] = .array(message.toolCalls.enumerated().map { json($1, index: $0) })
    }
    object["tool_name"] = message.toolName.map { .string($0) }
    object["tool_call_id"] = message.toolCallID.map { .string($0) }
    return .object(object)
  }

  private static func json(_ call: ToolCall, index: Int) -> JSONValue {
    [
      "id": .string(call.id),
      "function": [
        "index": .integer(index), "name": .string(call.name), "arguments": .object(call.arguments),
      ],
    ]
  }

  private static func json(_ tool: ToolDefinition) -> JSONValue {
    ["type": "function", "function": tool.json]
  }
}
