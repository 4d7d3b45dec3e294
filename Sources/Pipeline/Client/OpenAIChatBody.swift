import JSON

/// The body of a chat request in OpenAI's protocol.
///
/// It has no word for the context window and for how long a model stays loaded: both are the server's own settings.
struct OpenAIChatBody {
  let request: ModelRequest

  var json: JSONValue {
    var body: JSONObject = [
      "model": .string(Self.id(of: request.model)),
      "messages": .array(request.messages.map { Self.json($0) }),
      "stream": true,
      "stream_options": ["include_usage": true],
      "max_tokens": .integer(request.options.numPredict),
    ]
    if !request.tools.isEmpty {
      body["tools"] = .array(request.tools.map { ["type": "function", "function": $0.json] })
    }
    body["response_format"] = request.format.map { Self.responseFormat($0) }
    body["temperature"] = request.options.temperature.map { .number($0) }
    body["seed"] = request.options.seed.map { .integer($0) }
    // llama.cpp's server and vLLM hand this on to the model's template; others ignore it.
    body["chat_template_kwargs"] = request.think.map { ["enable_thinking": .bool($0)] }
    return .object(body)
  }

  /// These servers know no tags, so the one that stands for none is left out.
  private static func id(of model: ModelName) -> String {
    model.tag == "latest" ? model.base : model.description
  }

  private static func responseFormat(_ format: JSONValue) -> JSONValue {
    guard format.object != nil else { return ["type": "json_object"] }
    return ["type": "json_schema", "json_schema": ["name": "answer", "strict": true, "schema": format]]
  }

  private static func json(_ message: Message) -> JSONValue {
    var object: JSONObject = ["role": .string(message.role.rawValue), "content": .string(message.content)]
    object["reasoning_content"] = message.thinking.map { .string($0) }
    if !message.toolCalls.isEmpty { object["tool_calls"] = .array(message.toolCalls.map { json($0) }) }
    object["name"] = message.toolName.map { .string($0) }
    object["tool_call_id"] = message.toolCallID.map { .string($0) }
    return .object(object)
  }

  private static func json(_ call: ToolCall) -> JSONValue {
    [
      "id": .string(call.id), "type": "function",
      "function": ["name": .string(call.name), "arguments": .string(JSONValue.object(call.arguments).text())],
    ]
  }
}
