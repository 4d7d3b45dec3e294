import JSON

/// All that `/api/chat` says in answer to one request.
struct ChatAnswer: Hashable, Sendable {
  /// As the request wrote it.
  let model: String
  var output: ModelOutput?
  var callsIn = Scenario.Reply.CallPlacement.lines
  var chunkBytes = 40
  var doneReason: String
  var loadTime = Duration.zero
  var promptTokens = 0
  /// Makes the ids of the calls.
  var idSeed: UInt64 = 0

  /// The fields of the last line, `message` aside.
  private var closing: JSONObject {
    var closing: JSONObject = ["done": true, "done_reason": .string(doneReason)]
    guard let output else { return closing }
    // The times are made up from the counts, so that two runs of a scenario say the same.
    let load = max(1_000_000, loadTime.nanoseconds)
    let prompt = promptTokens * 100_000
    let eval = output.tokens * 1_000_000
    for (name, value) in [
      ("total_duration", load + prompt + eval), ("load_duration", load), ("prompt_eval_count", promptTokens),
      ("prompt_eval_duration", prompt), ("eval_count", output.tokens), ("eval_duration", eval),
    ] where value != 0 {
      closing[name] = .integer(value)
    }
    return closing
  }

  /// The whole answer as one object.
  var object: JSONValue {
    var message: JSONObject = ["role": "assistant", "content": .string(output?.content ?? "")]
    if let thinking = output?.thinking, !thinking.isEmpty { message["thinking"] = .string(thinking) }
    if let calls = output?.calls, !calls.isEmpty { message["tool_calls"] = .array(calls.indices.map(call)) }
    return line(message, closing)
  }

  /// The last line of a streamed answer.
  var lastLine: JSONValue {
    var message: JSONObject = ["role": "assistant", "content": ""]
    if callsIn == .final, let calls = output?.calls, !calls.isEmpty {
      message["tool_calls"] = .array(calls.indices.map(call))
    }
    return line(message, closing)
  }

  func callLine(_ index: Int) -> JSONValue {
    line(["role": "assistant", "content": "", "tool_calls": [call(index)]], ["done": false])
  }

  private func line(_ message: JSONObject, _ rest: JSONObject) -> JSONValue {
    var line: JSONObject = ["model": .string(model), "created_at": .string(Timestamp.now().text)]
    line["message"] = .object(message)
    for (name, value) in rest { line[name] = value }
    return .object(line)
  }

  private func call(_ index: Int) -> JSONValue {
    guard let call = output?.calls[index] else { return .null }
    var generator = SeededGenerator(idSeed, UInt64(index))
    let id = callsIn == .lines ? "call_" + generator.word(8, among: 36) : generator.word(32, among: 62)
    return [
      "id": .string(id),
      "function": ["index": .integer(index), "name": .string(call.name), "arguments": .object(call.arguments)],
    ]
  }
}

extension Duration {
  var nanoseconds: Int { Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000) }
}
