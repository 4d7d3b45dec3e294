import JSON

/// What a model wrote, as the server has read it.
struct ModelOutput: Hashable, Sendable {
  var thinking = ""
  var content = ""
  var calls: [Scenario.Reply.ToolCall] = []
  var tokens = 0
  var isCut = false

  /// Reads a reply of the scenario, cut where the request's limit ends it.
  init(_ reply: Scenario.Reply, for request: ChatRequest, of model: Scenario.Model) {
    let allowed = request.predictLimit.map { Int((Double($0) * model.bytesPerToken).rounded(.down)) } ?? .max
    var budget = ByteBudget(allowed: allowed)
    let isThinking = model.can("thinking") && request.isThinking != false
    if let raw = reply.raw {
      let text = budget.take(raw)
      self = ModelOutput(raw: text, isThinking: isThinking, tools: model.can("tools") ? request.toolNames : [])
    } else {
      if isThinking { thinking = budget.take(reply.thinking ?? "") }
      content = budget.take(reply.content)
      calls = reply.toolCalls.filter {
        budget.takeWhole($0.name.utf8.count + JSONValue.object($0.arguments).utf8().count)
      }
    }
    isCut = budget.isSpent
    tokens = tokenCount(bytes: budget.taken, model)
  }

  /// Reads what a model wrote as Ollama does with a Qwen 2.5 template.
  ///
  /// Without tools in the request calls are not looked for. A call needs the tag, valid JSON and the name of a tool that
  /// is offered; all else after the tag is lost.
  init(raw: String, isThinking: Bool, tools: [String]) {
    var text = raw.utf8[...]
    if isThinking, let rest = text.afterPrefix("<think>") {
      let (inside, after) = rest.divided(at: "</think>")
      thinking = String(decoding: inside.trimmed, as: UTF8.self)
      text = (after ?? text[text.endIndex...]).trimmed
    }
    guard !tools.isEmpty, case (let before, var rest?) = text.divided(at: "<tool_call>") else {
      content = String(decoding: text, as: UTF8.self)
      return
    }
    content = String(decoding: before, as: UTF8.self)
    while true {
      let (inside, after) = rest.divided(at: "<tool_call>")
      if let call = Self.call(in: inside, tools: tools) { calls.append(call) }
      guard let after else { return }
      rest = after
    }
  }

  private static func call(in text: Substring.UTF8View, tools: [String]) -> Scenario.Reply.ToolCall? {
    guard let object = text.firstObject, let value = try? JSONValue(parsing: Array(object)),
      let name = value["name"]?.string, tools.contains(name)
    else { return nil }
    switch value["arguments"] ?? value["parameters"] {
    case .object(let arguments)?: return Scenario.Reply.ToolCall(name: name, arguments: arguments)
    case .string(let text)?:
      guard case .object(let arguments)? = try? JSONValue(parsing: text) else { return nil }
      return Scenario.Reply.ToolCall(name: name, arguments: arguments)
    default: return nil
    }
  }
}

/// How many bytes a model may still write.
private struct ByteBudget {
  let allowed: Int
  var taken = 0
  var isSpent = false

  /// The beginning of `text` that may be written, in whole characters.
  mutating func take(_ text: String) -> String {
    guard !isSpent else { return "" }
    let count = text.utf8.count
    if count <= allowed - taken {
      taken += count
      return text
    }
    isSpent = true
    var end = text.utf8.index(text.startIndex, offsetBy: allowed - taken)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    taken = allowed
    return String(text[..<end])
  }

  /// Whether so many bytes may be written.
  mutating func takeWhole(_ count: Int) -> Bool {
    guard !isSpent, count <= allowed - taken else {
      if !isSpent { taken = allowed }
      isSpent = true
      return false
    }
    taken += count
    return true
  }
}
