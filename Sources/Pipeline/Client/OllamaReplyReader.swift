import JSON

/// An assembler of one answer from the lines that stream it.
///
/// Tool calls arrive in lines of their own or all in the last one; both ways are taken, and in any mixture.
struct OllamaReplyReader {
  private let server: String
  private let model: ModelName
  private let limit: Int
  private var content = ""
  private var thinking = ""
  private var calls: [ToolCall] = []
  private(set) var progress = StreamProgress(stage: .waiting)
  /// The answer, once its last line has come.
  private(set) var reply: ModelReply?

  init(server: String, model: ModelName, limit: Int) {
    self.server = server
    self.model = model
    self.limit = limit
  }

  /// Takes one line.
  mutating func take(_ line: [UInt8]) throws(ModelError) {
    guard reply == nil, line.contains(where: { $0 > 0x20 }) else { return }
    let object = try parse(line)
    if let message = Self.errorMessage(in: object) {
      try takeError(message)
      return
    }
    if let message = object["message"]?.object { try takeMessage(message) }
    guard progress.bytes <= limit else { throw .answerTooLong(server: server, limit: limit) }
    if object["done"]?.bool == true { finish(object) }
  }

  /// Returns the answer, or throws because the stream ended too early.
  func end() throws(ModelError) -> ModelReply {
    guard let reply else { throw .malformedStream(server: server, message: "It ended before its last line.") }
    return reply
  }

  private func parse(_ line: [UInt8]) throws(ModelError) -> JSONObject {
    do {
      let value = try JSONValue(parsing: line)
      guard let object = value.object else {
        throw ModelError.malformedStream(server: server, message: "A line is \(value.typeName) instead of an object.")
      }
      return object
    } catch let error as ModelError {
      throw error
    } catch {
      let excerpt = String(decoding: line.prefix(80), as: UTF8.self)
      throw .malformedStream(server: server, message: "The line '\(excerpt)' is no JSON (\(error)).")
    }
  }

  private mutating func takeMessage(_ message: JSONObject) throws(ModelError) {
    if let text = message["thinking"]?.string, !text.isEmpty {
      thinking += text
      count(text.utf8.count, .thinking)
    }
    if let text = message["content"]?.string, !text.isEmpty {
      content += text
      count(text.utf8.count, .writing)
    }
    for call in message["tool_calls"]?.array ?? [] { try takeCall(call) }
  }

  private mutating func takeCall(_ value: JSONValue) throws(ModelError) {
    guard let function = value["function"]?.object, let name = function["name"]?.string else {
      throw .malformedStream(server: server, message: "A tool call has no function: \(value.text().prefix(200)).")
    }
    guard let arguments = Self.arguments(function["arguments"]) else {
      content += value.text()
      finish(["done_reason": "unreadable_call"])
      return
    }
    let given = value["id"]?.string ?? ""
    let isTaken = given.isEmpty || calls.contains { $0.id == given }
    calls.append(ToolCall(id: isTaken ? Self.makeID() : given, name: name, arguments: arguments))
    count(name.utf8.count + JSONValue.object(arguments).utf8().count, .calling)
  }

  private mutating func count(_ bytes: Int, _ stage: StreamProgress.Stage) {
    progress.stage = stage
    progress.parts += 1
    progress.bytes += bytes
  }

  private mutating func finish(_ object: JSONObject) {
    func duration(_ key: String) -> Duration? { object[key]?.integer.map { .nanoseconds($0) } }
    let finish = ModelReply.Finish(object["done_reason"]?.string ?? "stop")
    let usage = ModelUsage(
      promptTokens: object["prompt_eval_count"]?.integer,
      outputTokens: object["eval_count"]?.integer,
      load: duration("load_duration"),
      prompt: duration("prompt_eval_duration"),
      evaluation: duration("eval_duration")
    )
    reply = ModelReply(
      content: content,
      thinking: thinking,
      // What a cut answer calls is not what the model meant to call.
      toolCalls: finish == .length || finish == .unreadableCall ? [] : calls,
      usage: usage,
      finish: finish,
      server: server,
      model: model
    )
  }

  // MARK: - Errors inside the stream

  private mutating func takeError(_ message: String) throws(ModelError) {
    switch OllamaCallFailure(message) {
    case .unreadable(let text)?:
      content += text
      finish(["done_reason": "unreadable_call"])
    case .cut?:
      finish(["done_reason": "length"])
    case nil:
      throw ModelError(ollama: message, status: 200, server: server, model: model)
    }
  }

  /// The error that a line reports; some servers made the message the key.
  private static func errorMessage(in object: JSONObject) -> String? {
    if let error = object["error"] { return error.string ?? error["message"]?.string ?? error.text() }
    guard object["message"] == nil, object["done"] == nil else { return nil }
    for (key, value) in object where key.utf8.starts(with: "error".utf8) { return "\(key): \(value.string ?? "")" }
    return nil
  }

  // MARK: - Tool calls

  /// The arguments as an object; a few servers send the text of one.
  private static func arguments(_ value: JSONValue?) -> JSONObject? {
    switch value {
    case nil, .null?: [:]
    case .object(let object)?: object
    case .string(let text)?: (try? JSONValue(parsing: text))?.object
    default: nil
    }
  }

  private static func makeID() -> String {
    "call_" + String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16)
  }
}
