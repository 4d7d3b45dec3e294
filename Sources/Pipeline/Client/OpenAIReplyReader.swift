import JSON

/// An assembler of one answer from the lines in which a server of OpenAI's protocol streams it.
///
/// A server that does not stream although it was asked to sends the same object with `message` in place of `delta`.
struct OpenAIReplyReader: ReplyReader {
  var answer: AnswerAssembly
  /// What to throw if all that comes is something else.
  private let otherProtocol: ModelError
  private var events = ServerSentEvents()
  private var calls = CallDeltas()
  private var finish: ModelReply.Finish?
  private var hasEvents = false
  private var hasChoices = false
  /// The lines of an answer that is not streamed.
  private var whole: [UInt8] = []

  init(answer: AnswerAssembly, otherProtocol: ModelError) {
    self.answer = answer
    self.otherProtocol = otherProtocol
  }

  mutating func take(_ line: [UInt8]) throws(ModelError) {
    guard answer.reply == nil else { return }
    if !whole.isEmpty || (!hasEvents && line.first == UInt8(ascii: "{")) {
      try answer.count(line.count, .writing)
      whole += line
      whole.append(0x0A)
      return
    }
    if let event = events.take(line) { try take(event) }
    if answer.reply == nil, events.isAtEnd { try complete() }
  }

  mutating func end() throws(ModelError) -> ModelReply {
    if answer.reply == nil, let event = events.rest() { try take(event) }
    if answer.reply == nil, !whole.isEmpty { try take(object: try answer.parse(whole)) }
    if answer.reply == nil, finish != nil || (hasEvents && !hasChoices) { try complete() }
    return try answer.end()
  }

  private mutating func take(_ event: ServerSentEvents.Event) throws(ModelError) {
    hasEvents = true
    let object = try answer.parse(event.data)
    if event.isError, object["error"] == nil {
      return try answer.fail(with: ServerReport(error: .object(object)))
    }
    try take(object: object)
  }

  private mutating func take(object: JSONObject) throws(ModelError) {
    hasEvents = true
    if let report = ServerReport(inside: object) { return try answer.fail(with: report) }
    if let usage = object["usage"]?.object { takeUsage(usage) }
    if let timings = object["timings"]?.object { takeTimings(timings) }
    guard let choice = object["choices"]?.array?.first?.object else { return }
    hasChoices = true
    if let report = ServerReport(inside: choice) { return try answer.fail(with: report) }
    if let part = choice["delta"]?.object ?? choice["message"]?.object { try takePart(part) }
    if let reason = choice["finish_reason"]?.string { finish = Self.finish(reason) }
  }

  private mutating func takePart(_ part: JSONObject) throws(ModelError) {
    try answer.add(thinking: part["reasoning_content"]?.string ?? part["reasoning"]?.string ?? "")
    try answer.add(content: part["content"]?.string ?? "")
    for call in part["tool_calls"]?.array ?? [] {
      guard let delta = call.object else { throw answer.malformed("A tool call is \(call.typeName).") }
      try answer.count(calls.take(delta), .calling)
    }
  }

  private static func finish(_ reason: String) -> ModelReply.Finish {
    reason == "tool_calls" || reason == "function_call" ? .stop : ModelReply.Finish(reason)
  }

  /// Completes the answer with the calls, whose arguments are whole only now.
  private mutating func complete() throws(ModelError) {
    guard hasChoices else { throw otherProtocol }
    if finish != .length {
      let arguments = calls.calls.map { ToolCall.arguments(.string($0.arguments)) }
      guard !arguments.contains(nil) else {
        return answer.finish(unreadable: calls.calls.map { ($0.name, $0.arguments) })
      }
      for (call, arguments) in zip(calls.calls, arguments) {
        answer.add(call: call.name, id: call.id, arguments: arguments ?? [:])
      }
    }
    answer.finish(finish ?? .stop)
  }

  // MARK: - Usage

  private mutating func takeUsage(_ usage: JSONObject) {
    answer.usage.promptTokens = usage["prompt_tokens"]?.integer ?? answer.usage.promptTokens
    answer.usage.outputTokens = usage["completion_tokens"]?.integer ?? answer.usage.outputTokens
  }

  /// Takes what llama.cpp's server measured; the prompt is what it had in its cache and what it read anew.
  private mutating func takeTimings(_ timings: JSONObject) {
    func duration(_ key: String) -> Duration? { timings[key]?.double.map { .milliseconds($0) } }
    if answer.usage.promptTokens == nil, let read = timings["prompt_n"]?.integer {
      answer.usage.promptTokens = read + (timings["cache_n"]?.integer ?? 0)
    }
    if answer.usage.outputTokens == nil { answer.usage.outputTokens = timings["predicted_n"]?.integer }
    answer.usage.prompt = duration("prompt_ms")
    answer.usage.evaluation = duration("predicted_ms")
  }
}
