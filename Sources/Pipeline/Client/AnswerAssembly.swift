import JSON

/// One answer of a model while it is put together from what a server streams, in any protocol.
struct AnswerAssembly {
  private let server: String
  private let model: ModelName
  private let limit: Int
  private var content = ""
  private var thinking = ""
  private var calls: [ToolCall] = []
  private(set) var progress = StreamProgress(stage: .waiting)
  var usage = ModelUsage()
  /// The answer, once it is complete.
  private(set) var reply: ModelReply?

  /// Makes an assembly that refuses to grow over `limit` bytes.
  init(server: String, model: ModelName, limit: Int) {
    self.server = server
    self.model = model
    self.limit = limit
  }

  mutating func add(thinking text: String) throws(ModelError) {
    guard !text.isEmpty else { return }
    thinking += text
    try count(text.utf8.count, .thinking)
  }

  mutating func add(content text: String) throws(ModelError) {
    guard !text.isEmpty else { return }
    content += text
    try count(text.utf8.count, .writing)
  }

  /// Adds a call, under an id of its own where the server gives none or gives one twice.
  mutating func add(call name: String, id: String, arguments: JSONObject) {
    let isTaken = id.isEmpty || calls.contains { $0.id == id }
    calls.append(ToolCall(id: isTaken ? Self.makeID() : id, name: name, arguments: arguments))
  }

  /// Counts a part of the answer that is kept elsewhere or was added uncounted.
  mutating func count(_ bytes: Int, _ stage: StreamProgress.Stage) throws(ModelError) {
    progress.stage = stage
    progress.parts += 1
    progress.bytes += bytes
    guard progress.bytes <= limit else { throw .answerTooLong(server: server, limit: limit) }
  }

  /// Completes the answer.
  mutating func finish(_ finish: ModelReply.Finish) {
    // What could not be read may hold its call wherever it likes.
    let (thought, said) = finish == .unreadableCall ? ("", content) : Self.split(content, isCut: finish == .length)
    reply = ModelReply(
      content: said,
      thinking: thinking + thought,
      // What a cut answer calls is not what the model meant to call.
      toolCalls: finish == .length || finish == .unreadableCall ? [] : calls,
      usage: usage,
      finish: finish,
      server: server,
      model: model
    )
  }

  /// Completes an answer with calls of which one has arguments that are no JSON: all become text, in their order.
  mutating func finish(unreadable written: [(name: String, arguments: String)]) {
    for call in calls.map({ ($0.name, JSONValue.object($0.arguments).text()) }) + written {
      if !content.isEmpty { content += "\n" }
      content += "{\"name\": \(JSONValue.string(call.0).text()), \"arguments\": \(call.1)}"
    }
    finish(.unreadableCall)
  }

  /// Completes the answer as one that the model spoilt, or throws what the server reports.
  mutating func fail(with report: ServerReport) throws(ModelError) {
    switch CallFailure(report) {
    case .unreadable(let text)?:
      content += text
      finish(.unreadableCall)
    case .cut?:
      finish(.length)
    case nil:
      throw ModelError(report, server: server, model: model)
    }
  }

  /// Returns the answer if it is complete.
  func end() throws(ModelError) -> ModelReply {
    guard let reply else { throw malformed("It ended before its last line.") }
    return reply
  }

  private static func makeID() -> String {
    "call_" + String(UInt32.random(in: 0x1000_0000...UInt32.max), radix: 16)
  }

  /// Parts from the answer what a server left in it of the model's thinking.
  ///
  /// Some templates open the thinking themselves, so that the model only closes it, on a line of its own.
  private static func split(_ text: String, isCut: Bool) -> (thought: String, said: String) {
    let (opening, closing) = ("<think>", "</think>")
    guard let start = text.utf8.firstIndex(where: { $0 > 0x20 }) else { return ("", text) }
    let isOpened = text[start...].hasPrefix(opening)
    guard isOpened || text.utf8.contains(UInt8(ascii: "<")) else { return ("", text) }
    let from = isOpened ? text.index(start, offsetBy: opening.count) : text.startIndex
    guard let end = text[from...].firstRange(of: isOpened ? closing : "\n" + closing + "\n") else {
      return isOpened && isCut ? (String(text[from...]), "") : ("", text)
    }
    guard isOpened || !text[..<end.lowerBound].contains(opening) else { return ("", text) }
    return (String(text[from..<end.lowerBound]), String(text[end.upperBound...].drop { $0.isNewline }))
  }
}

extension AnswerAssembly {
  /// Reads one object of a stream.
  func parse(_ bytes: [UInt8]) throws(ModelError) -> JSONObject {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw malformed("The line '\(String(decoding: bytes.prefix(80), as: UTF8.self))' is no JSON (\(error)).")
    }
    guard let object = value.object else { throw malformed("A line is \(value.typeName) instead of an object.") }
    return object
  }

  func malformed(_ message: String) -> ModelError {
    .malformedStream(server: server, message: message)
  }
}

extension ToolCall {
  /// Reads arguments that may be an object or the text of one; without any there are none.
  static func arguments(_ value: JSONValue?) -> JSONObject? {
    switch value {
    case nil, .null?: [:]
    case .object(let object)?: object
    case .string(let text)?:
      text.utf8.contains { $0 > 0x20 } ? (try? JSONValue(parsing: text))?.object : [:]
    default: nil
    }
  }
}
