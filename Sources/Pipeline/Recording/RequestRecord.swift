import JSON
package import SourceControl

/// A request as the record keeps it: what is stored elsewhere is referred to.
package struct RequestRecord: Hashable, Sendable {
  package var model: ModelName
  package var server: String?
  package var step: Int?
  /// How many messages are those of the step's transcript, from its first on.
  package var transcript: Int
  /// The messages after those.
  package var messages: [ObjectID]
  package var tools: ObjectID?
  package var format: ObjectID?
  package var options: ModelOptions
  package var think: Bool?
  package var keepAlive: Duration?

  package init(
    _ request: ModelRequest,
    messages: [ObjectID],
    tools: ObjectID?,
    format: ObjectID?
  ) {
    model = request.model
    server = request.server
    step = request.note.step
    transcript = request.note.transcript
    self.messages = messages
    self.tools = tools
    self.format = format
    options = request.options
    think = request.think
    keepAlive = request.keepAlive
  }
}

extension RequestRecord {
  /// Reads a request that `json` wrote.
  init(json: JSONValue) throws(StoredValueError) {
    let object = try StoredValueError.require(json.object, "object", of: "request")
    func require<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws(StoredValueError) -> Value {
      try StoredValueError.require(object[key].flatMap(read), key, of: "request")
    }
    model = try require("model") { $0.string.flatMap { ModelName($0) } }
    server = object["server"]?.string
    step = object["step"]?.integer
    transcript = try require("transcript") { $0.integer }
    messages = try require("messages") { $0.array }.compactMap { $0.string.flatMap { ObjectID($0) } }
    tools = object["tools"]?.string.flatMap { ObjectID($0) }
    format = object["format"]?.string.flatMap { ObjectID($0) }
    options = ModelOptions(
      numContext: try require("num_ctx") { $0.integer },
      numPredict: try require("num_predict") { $0.integer },
      temperature: object["temperature"]?.double,
      seed: object["seed"]?.integer
    )
    think = object["think"]?.bool
    keepAlive = object["keep_alive_ns"]?.integer.map { .nanoseconds($0) }
  }

  var json: JSONValue {
    var object: JSONObject = ["model": .string(model.description)]
    object["server"] = server.map { .string($0) }
    object["step"] = step.map { .integer($0) }
    object["transcript"] = .integer(transcript)
    object["messages"] = .array(messages.map { .string($0.description) })
    object["tools"] = tools.map { .string($0.description) }
    object["format"] = format.map { .string($0.description) }
    object["num_ctx"] = .integer(options.numContext)
    object["num_predict"] = .integer(options.numPredict)
    object["temperature"] = options.temperature.map { .number($0) }
    object["seed"] = options.seed.map { .integer($0) }
    object["think"] = think.map { .bool($0) }
    object["keep_alive_ns"] = keepAlive.map { .integer(Int($0 / .nanoseconds(1))) }
    return .object(object)
  }
}

extension ModelReply {
  /// Reads a reply that `json` wrote.
  init(json: JSONValue) throws(StoredValueError) {
    let object = try StoredValueError.require(json.object, "object", of: "reply")
    var calls: [ToolCall] = []
    for call in object["tool_calls"]?.array ?? [] { calls.append(try ToolCall(json: call)) }
    self.init(
      content: try StoredValueError.require(object["content"]?.string, "content", of: "reply"),
      thinking: object["thinking"]?.string ?? "",
      toolCalls: calls,
      usage: ModelUsage(json: object["usage"] ?? .null),
      finish: Finish(try StoredValueError.require(object["finish"]?.string, "finish", of: "reply")),
      server: try StoredValueError.require(object["server"]?.string, "server", of: "reply"),
      model: try StoredValueError.require(object["model"]?.string.flatMap { ModelName($0) }, "model", of: "reply")
    )
  }

  /// The form in which replies are recorded; no server's own.
  var json: JSONValue {
    var object: JSONObject = ["content": .string(content)]
    if !thinking.isEmpty { object["thinking"] = .string(thinking) }
    if !toolCalls.isEmpty { object["tool_calls"] = .array(toolCalls.map { $0.json }) }
    object["usage"] = usage.json
    object["finish"] = .string(finish.description)
    object["server"] = .string(server)
    object["model"] = .string(model.description)
    return .object(object)
  }
}
