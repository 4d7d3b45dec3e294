import JSON
import Wording

/// What the configuration says about one model server.
package struct ServerSettings: Hashable, Sendable {
  package var name: String
  package var kind: ServerKind
  package var address: ServerAddress
  package var keepAlive: KeepAlive?
  /// How many tasks of a workflow, or steps of a run with several jobs, it may work on at once.
  package var slots: Int?
  /// How many models it can have loaded at once.
  package var resident: Int?

  package init(
    name: String,
    kind: ServerKind = .ollama,
    address: ServerAddress = .standard,
    keepAlive: KeepAlive? = nil,
    slots: Int? = nil,
    resident: Int? = nil
  ) {
    self.name = name
    self.kind = kind
    self.address = address
    self.keepAlive = keepAlive
    self.slots = slots
    self.resident = resident
  }

  static let keys: [ConfigurationKey<ServerSettings>] = [
    ConfigurationKey("url", \.address, "Where the server listens; the whole setting may also be just this string."),
    ConfigurationKey(
      "kind",
      \.kind,
      "What the server speaks: its own protocol ('ollama'), or that of OpenAI, as llama.cpp's server, vLLM and LM Studio "
        + "do ('openai'). The key for it is OLLAMA_API_KEY or OPENAI_API_KEY in the environment."
    ),
    ConfigurationKey(
      "keep_alive",
      \.keepAlive,
      "How long the server keeps a model loaded after a call, or 'forever'; without it, the server's own choice. "
        + "Only Ollama is told."
    ),
    ConfigurationKey(
      "slots",
      \.slots,
      atLeast: 1,
      "How many tasks of a workflow, or steps of a run with several jobs, the server works on at once; without it, as "
        + "many as the workflow has slots or the run has jobs."
    ),
    ConfigurationKey(
      "resident",
      \.resident,
      atLeast: 1,
      "How many models the server can have loaded at once. Where it is given, a workflow and a run with several jobs do "
        + "their work for loaded models before another is loaded. A run with one job keeps the order of its rules, as a "
        + "review must follow its task's work."
    ),
  ]
}

/// How long a server keeps a model loaded, written as a duration, a number of seconds or `forever`.
package struct KeepAlive: Hashable, Sendable {
  /// Negative for ever.
  package var duration: Duration

  package init(_ duration: Duration) {
    self.duration = duration
  }

  package static let forever = KeepAlive(.seconds(-1))
}

extension KeepAlive: ConfigurationValue {
  static var expectation: String { "\(Duration.textExpectation), a number of seconds, or 'forever'" }

  static func read(_ json: JSONValue) -> KeepAlive? {
    if let seconds = json.integer { return seconds < 0 ? .forever : KeepAlive(.seconds(seconds)) }
    guard let text = json.string else { return nil }
    return text == "forever" ? .forever : Duration(text: text).map { KeepAlive($0) }
  }

  var json: JSONValue { .string(duration < .zero ? "forever" : duration.text) }
}
