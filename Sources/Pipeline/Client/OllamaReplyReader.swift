import JSON

/// An assembler of one answer from the lines in which Ollama streams it.
///
/// Tool calls arrive in lines of their own or all in the last one; both ways are taken, and in any mixture.
struct OllamaReplyReader: ReplyReader {
  var answer: AnswerAssembly

  mutating func take(_ line: [UInt8]) throws(ModelError) {
    guard answer.reply == nil, line.contains(where: { $0 > 0x20 }) else { return }
    let object = try answer.parse(line)
    if let report = ServerReport(inside: object) { return try answer.fail(with: report) }
    if let message = object["message"]?.object { try takeMessage(message) }
    if answer.reply == nil, object["done"]?.bool == true { finish(object) }
  }

  func end() throws(ModelError) -> ModelReply { try answer.end() }

  private mutating func takeMessage(_ message: JSONObject) throws(ModelError) {
    try answer.add(thinking: message["thinking"]?.string ?? "")
    try answer.add(content: message["content"]?.string ?? "")
    for call in message["tool_calls"]?.array ?? [] where answer.reply == nil { try takeCall(call) }
  }

  private mutating func takeCall(_ value: JSONValue) throws(ModelError) {
    guard let function = value["function"]?.object, let name = function["name"]?.string else {
      throw answer.malformed("A tool call has no function: \(value.text().prefix(200)).")
    }
    let written = function["arguments"]
    guard let arguments = ToolCall.arguments(written) else {
      return answer.finish(unreadable: [(name, written?.string ?? written?.text() ?? "")])
    }
    answer.add(call: name, id: value["id"]?.string ?? "", arguments: arguments)
    try answer.count(name.utf8.count + JSONValue.object(arguments).utf8().count, .calling)
  }

  private mutating func finish(_ object: JSONObject) {
    func duration(_ key: String) -> Duration? { object[key]?.integer.map { .nanoseconds($0) } }
    answer.usage = ModelUsage(
      promptTokens: object["prompt_eval_count"]?.integer,
      outputTokens: object["eval_count"]?.integer,
      load: duration("load_duration"),
      prompt: duration("prompt_eval_duration"),
      evaluation: duration("eval_duration")
    )
    answer.finish(ModelReply.Finish(object["done_reason"]?.string ?? "stop"))
  }
}
