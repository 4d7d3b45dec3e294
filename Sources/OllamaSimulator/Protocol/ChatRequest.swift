import JSON

/// The body of a request to `/api/chat`, checked as Ollama checks it.
struct ChatRequest: Sendable {
  let model: String
  let messages: [JSONValue]
  let tools: [JSONValue]
  let options: JSONObject
  let isStreamed: Bool
  /// Nil if the client leaves it to the server.
  let isThinking: Bool?
  let truncates: Bool
  let keepAlive: KeepAlive?

  init(_ body: JSONObject) throws(OllamaError) {
    messages = try Self.list("messages", of: body)
    for message in messages { try Self.check(message: message) }
    tools = try Self.list("tools", of: body)
    for tool in tools { try Self.check(tool: tool) }
    switch body["options"] {
    case nil, .null?: options = [:]
    case .object(let object)?: options = object
    case let other?: throw Self.mismatch(other, "struct field ChatRequest.options of type map[string]interface {}")
    }
    isStreamed = try Self.flag("stream", of: body) ?? true
    try Self.check(format: body["format"])
    truncates = try Self.flag("truncate", of: body) ?? true
    isThinking = try Self.think(body["think"])
    keepAlive = try body["keep_alive"].map { (value) throws(OllamaError) in try KeepAlive(value) } ?? nil
    switch body["model"] {
    case .string(let name)? where !name.isEmpty: model = name
    case nil, .null?, .string?: throw OllamaError(400, "model is required")
    case let other?: throw Self.mismatch(other, "struct field ChatRequest.model of type string")
    }
  }

  /// The names of the tools that are offered.
  var toolNames: [String] { tools.compactMap { $0["function"]?["name"]?.string } }

  /// The context that the request asks for.
  func contextLength(of model: Scenario.Model) -> Int {
    guard let asked = options["num_ctx"]?.integer, asked > 0 else { return min(4_096, model.contextLength) }
    return min(asked, model.contextLength)
  }

  /// How many tokens may be written; nil is any number.
  var predictLimit: Int? {
    guard let limit = options["num_predict"]?.integer, limit > 0 else { return nil }
    return limit
  }

  /// The tokens of messages and tools, before the context cuts them.
  func promptTokens(of model: Scenario.Model) -> Int {
    var bytes = JSONValue.array(messages).utf8().count
    if !tools.isEmpty { bytes += JSONValue.array(tools).utf8().count }
    return tokenCount(bytes: bytes, model)
  }

  /// Checks the types of the options, which Ollama does when it loads the model.
  func checkOptions() throws(OllamaError) {
    for (name, value) in options {
      let isRight: Bool
      let type: String
      switch name {
      case "num_ctx", "num_predict", "top_k", "seed", "repeat_last_n", "num_keep", "num_batch", "num_gpu", "main_gpu",
        "num_thread", "draft_num_predict":
        (isRight, type) = (value.integer != nil, "integer")
      case "temperature", "top_p", "min_p", "typical_p", "repeat_penalty", "presence_penalty", "frequency_penalty":
        (isRight, type) = (value.double != nil, "float32")
      case "use_mmap": (isRight, type) = (value.bool != nil, "boolean")
      case "stop": (isRight, type) = (value.array != nil, "array")
      default: continue
      }
      guard isRight || value.isNull else { throw OllamaError(500, "option \"\(name)\" must be of type \(type)") }
    }
  }
}

/// How many tokens a simulated model makes of so many bytes.
func tokenCount(bytes: Int, _ model: Scenario.Model) -> Int {
  Int((Double(bytes) / model.bytesPerToken).rounded(.up))
}
