package import JSON

/// What the catalogue knows of one model: dated data with its source.
package struct ModelProfile: Hashable, Sendable {
  /// The name as its server has it.
  package var name: String
  /// The server that it is meant for; nil for any.
  package var server: String?
  /// For which kinds of task it is good enough.
  package var tiers: [ModelTier]
  /// Lower comes first within a tier.
  package var priority = 50
  /// Prompt and answer together, in tokens.
  package var window: Int
  /// The most tokens of one answer; nil for as many as the window has.
  package var maxOutput: Int?
  package var price = ModelPrice.unknown
  package var capabilities: [ModelCapability] = []
  /// Nil where nobody has judged it.
  package var quality: QualityRubric?
  /// The measured tokens that it writes in a second.
  package var decodeRate: Double?
  /// How long its server takes to load it; nil where that is not known.
  package var loadTime: Duration?
  /// How many requests a day are allowed; nil for any number.
  package var dailyRequests: Int?
  /// The day of these data, as `2026-11-01`.
  package var asOf: String
  /// Where they are from.
  package var source: String

  package init(
    name: String,
    server: String? = nil,
    tiers: [ModelTier],
    window: Int,
    price: ModelPrice = .unknown,
    capabilities: [ModelCapability] = [],
    asOf: String = "",
    source: String = ""
  ) {
    self.name = name
    self.server = server
    self.tiers = tiers
    self.window = window
    self.price = price
    self.capabilities = capabilities
    self.asOf = asOf
    self.source = source
  }

  /// Whether both are about the same model on the same server.
  package func isSame(as other: ModelProfile) -> Bool { name == other.name && server == other.server }
}

extension ModelProfile: ConfigurationObject {
  static let blank = ModelProfile(name: "", tiers: [], window: 0)
  static var expectation: String { "an object with 'name', 'tiers', 'window', 'price', 'as_of' and 'source'" }
  static var required: [String] { ["name", "tiers", "window", "price", "as_of", "source"] }

  static let keys: [ConfigurationKey<ModelProfile>] = [
    ConfigurationKey("name", \.name, "The model as its server names it.", expectation: "a name") { !$0.isEmpty },
    ConfigurationKey("server", \.server, "The server that it is meant for; without it, any."),
    ConfigurationKey(
      "tiers",
      \.tiers,
      "The tiers that it is good enough for.",
      expectation: "a list of 'weak', 'base' and 'strong'"
    ) { tiers, _ throws(ConfigurationProblem) in
      guard !tiers.isEmpty else {
        throw ConfigurationProblem(message: mistake("a list of 'weak', 'base' and 'strong'", [], [ModelTier].self))
      }
      try ConfigurationProblem.check(tiers, differBy: \.self) { "the tier '\($0.rawValue)'" }
    },
    ConfigurationKey("priority", \.priority, "Lower comes first within a tier."),
    ConfigurationKey("window", \.window, atLeast: 1, "The tokens of prompt and answer together."),
    ConfigurationKey("max_output", \.maxOutput, atLeast: 1, "The most tokens of one answer."),
    ConfigurationKey("price", \.price, "What its tokens cost."),
    ConfigurationKey("capabilities", \.capabilities, "What it can do: 'tools', 'json', 'vision', 'thinking'."),
    ConfigurationKey("quality", \.quality, "How good its answers are, by the rubric of five criteria."),
    ConfigurationKey(
      "tokens_per_second",
      \.decodeRate,
      "The measured tokens that it writes in a second.",
      expectation: "a number above 0, or null"
    ) { $0.map { $0 > 0 } ?? true },
    ConfigurationKey("load_time", \.loadTime, "How long its server takes to load it."),
    ConfigurationKey("requests_per_day", \.dailyRequests, atLeast: 0, "How many requests a day are allowed."),
    ConfigurationKey(
      "as_of",
      \.asOf,
      "The day of these data.",
      expectation: "a day such as '2026-11-01'"
    ) { Timestamp("\($0)T00:00:00.000Z") != nil },
    ConfigurationKey("source", \.source, "Where these data are from.", expectation: "a text") { !$0.isEmpty },
  ]
}

extension ModelProfile: Codable {
  package init(from decoder: any Decoder) throws {
    let json = try JSONValue(from: decoder)
    guard let profile = try? Self.read(json) else { throw StoredValueError("'\(json.text())' is no model.") }
    self = profile
  }

  package func encode(to encoder: any Encoder) throws {
    try json.encode(to: encoder)
  }
}

extension ModelTier: ConfigurationValue {
  static var expectation: String { "'weak', 'base' or 'strong'" }
  static func read(_ json: JSONValue) -> ModelTier? { json.string.flatMap { ModelTier(rawValue: $0) } }
  package var json: JSONValue { .string(rawValue) }
}

extension ModelCapability: ConfigurationValue {
  static var expectation: String { "'tools', 'json', 'vision' or 'thinking'" }
  static func read(_ json: JSONValue) -> ModelCapability? { json.string.flatMap { ModelCapability(rawValue: $0) } }
  package var json: JSONValue { .string(rawValue) }
}
