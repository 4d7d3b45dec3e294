import JSON

extension Scenario {
  /// What goes wrong with an answer.
  package struct Fault: Hashable, Sendable {
    package let kind: Kind
    package let status: Int?
    package let headers: [Header]
    package let body: String?
    package let message: String?
    package let tokens: Int?
    /// How many lines of a streamed answer come before the fault.
    package let afterChunks: Int?
    /// How long a refusal or a hang lasts (nil is for ever), what lies between two lines of a slow answer, and how long
    /// any other fault waits.
    package let duration: Duration?

    package enum Kind: String, CaseIterable, Sendable {
      case httpStatus = "http_status"
      case hang
      case closeMidStream = "close_mid_stream"
      case malformedJSON = "malformed_json"
      case errorLine = "error_line"
      case truncatePrompt = "truncate_prompt"
      case slow
      case refuse
    }

    package struct Header: Hashable, Sendable {
      package let name: String
      package let value: String
    }

    init(_ reader: inout ScenarioReader) throws(ScenarioError) {
      kind = try reader.required("kind", reader.choice("kind"))
      status = try reader.integer("status", in: 200...599)
      headers = try Self.headers(&reader)
      body = try reader.string("body")
      message = try reader.string("message")
      tokens = try reader.integer("tokens", in: 0...)
      afterChunks = try reader.integer("after_chunks", in: 0...)
      duration = try reader.integer("ms", in: 0...).map { .milliseconds($0) }
      for key in reader.presentKeys where key != "kind" && key != "ms" && !Self.keys(of: kind).contains(key) {
        throw reader.error(key, "means nothing for the kind '\(kind.rawValue)'. Take it out.")
      }
      if kind == .truncatePrompt, tokens == nil {
        throw reader.error("", "needs 'tokens' for the kind 'truncate_prompt'.")
      }
      if body != nil, message != nil { throw reader.error("message", "stands beside 'body', which replaces it.") }
    }

    /// The keys that mean something besides `kind` and `ms`.
    private static func keys(of kind: Kind) -> [String] {
      switch kind {
      case .httpStatus: ["status", "headers", "body", "message"]
      case .hang, .closeMidStream, .slow: ["after_chunks"]
      case .malformedJSON: ["after_chunks", "body"]
      case .errorLine: ["after_chunks", "message", "status"]
      case .truncatePrompt: ["tokens"]
      case .refuse: []
      }
    }

    private static func headers(_ reader: inout ScenarioReader) throws(ScenarioError) -> [Header] {
      var headers: [Header] = []
      for (name, value) in try reader.json("headers") ?? [:] {
        switch value {
        case .string(let text): headers.append(Header(name: name, value: text))
        case .integer(let number): headers.append(Header(name: name, value: "\(number)"))
        default: throw reader.error("headers.\(name)", "must be a string, not \(value.typeName).")
        }
      }
      return headers
    }
  }
}
