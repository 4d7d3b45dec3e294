package import JSON

/// What is known of how many bytes of a prompt make a token, for each model.
///
/// It learns from the counts that servers report, and assumes much before it has seen any.
package struct TokenEstimator: Hashable, Sendable {
  /// The sums over the answers of one model.
  private struct Record: Hashable, Sendable {
    var bytes = 0
    var tokens = 0
  }

  /// Assumed of a model that has not answered yet, so that its prompts look longer than they are.
  private static let assumedBytesPerToken = 3.0
  /// Prompts shorter than this say more about a model's template than about its tokens.
  private static let shortestTold = 2000
  /// Older answers count half when the sum exceeds this.
  private static let longestMemory = 1 << 20

  private var records: [ModelName: Record] = [:]

  package init() {}

  /// The bytes of all that a request shows the model; a format binds its answer and is not shown.
  package static func bytes(of request: ModelRequest) -> Int {
    bytes(of: request.messages) + bytes(of: request.tools)
  }

  /// The bytes that offered tools show the model.
  static func bytes(of tools: [ToolDefinition]) -> Int { tools.reduce(0) { $0 + $1.json.utf8().count + 32 } }

  /// The bytes that messages show the model, with what marks their beginnings and ends.
  package static func bytes(of messages: [Message]) -> Int {
    messages.reduce(0) { $0 + bytes(of: $1) }
  }

  static func bytes(of message: Message) -> Int {
    let calls = message.toolCalls.reduce(0) { $0 + $1.json.utf8().count }
    return message.content.utf8.count + (message.thinking?.utf8.count ?? 0) + calls + 16
  }

  package func isCalibrated(for model: ModelName) -> Bool { records[model] != nil }

  /// The bytes that make one token of this model.
  package func bytesPerToken(of model: ModelName) -> Double {
    guard let record = records[model] else { return Self.assumedBytesPerToken }
    return Double(record.bytes) / Double(record.tokens)
  }

  /// Estimates the tokens of so many bytes.
  package func tokens(inBytes bytes: Int, for model: ModelName) -> Int {
    Int((Double(bytes) / bytesPerToken(of: model)).rounded(.up))
  }

  /// Estimates the tokens of a request's prompt.
  package func tokens(in request: ModelRequest) -> Int {
    tokens(inBytes: Self.bytes(of: request), for: request.model)
  }

  /// Learns from a prompt that the server counted.
  package mutating func calibrate(_ model: ModelName, bytes: Int, promptTokens: Int) {
    guard bytes >= Self.shortestTold, promptTokens > 0 else { return }
    var record = records[model] ?? Record()
    record.bytes += bytes
    record.tokens += promptTokens
    if record.bytes > Self.longestMemory {
      record.bytes /= 2
      record.tokens = max(1, record.tokens / 2)
    }
    records[model] = record
  }
}

extension TokenEstimator {
  /// Reads what `json` wrote; what has another shape is unknown again.
  package init(json: JSONValue) {
    for (name, value) in json.object ?? [:] {
      guard let model = ModelName(name), let bytes = value["bytes"]?.integer, let tokens = value["tokens"]?.integer,
        bytes > 0, tokens > 0
      else { continue }
      records[model] = Record(bytes: bytes, tokens: tokens)
    }
  }

  package var json: JSONValue {
    let members = records.sorted { $0.key < $1.key }.map { name, record in
      (name.description, ["bytes": .integer(record.bytes), "tokens": .integer(record.tokens)] as JSONValue)
    }
    return .object(JSONObject(members))
  }
}
