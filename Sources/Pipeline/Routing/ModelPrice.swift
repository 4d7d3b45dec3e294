package import JSON

/// What the tokens of a model cost; an unknown price is never counted as nothing.
package enum ModelPrice: Hashable, Sendable {
  /// The user's own machine, or a server that takes no money: accounted in time.
  case free
  case known(TokenRates)
  case unknown

  /// What so many tokens cost, in micro-dollars, rounded up; nil where that is not known.
  package func cost(promptTokens: Int, outputTokens: Int) -> Int? {
    switch self {
    case .free: 0
    case .known(let rates): rates.cost(promptTokens: promptTokens, outputTokens: outputTokens)
    case .unknown: nil
    }
  }

  /// By which prices are compared: the rates of a prompt and an answer together; unknown ones come last.
  package var order: Int {
    switch self {
    case .free: 0
    case .known(let rates): rates.input + rates.output
    case .unknown: .max
    }
  }
}

/// The prices of tokens, in micro-dollars for a million of them.
package struct TokenRates: Hashable, Sendable {
  package var input: Int
  package var output: Int
  /// Prompts of more tokens than this are charged at the rates for long ones, with their answers.
  package var longFrom: Int?
  package var longInput: Int?
  package var longOutput: Int?

  package init(input: Int, output: Int, longFrom: Int? = nil, longInput: Int? = nil, longOutput: Int? = nil) {
    self.input = input
    self.output = output
    self.longFrom = longFrom
    self.longInput = longInput
    self.longOutput = longOutput
  }

  /// What so many tokens cost, in micro-dollars, rounded up.
  package func cost(promptTokens: Int, outputTokens: Int) -> Int {
    let rates = rates(for: promptTokens)
    return Self.part(promptTokens, rates.input) + Self.part(outputTokens, rates.output)
  }

  /// How many tokens of an answer so many micro-dollars pay for, beside a prompt.
  package func affordableOutput(_ microdollars: Int, promptTokens: Int) -> Int {
    let rates = rates(for: promptTokens)
    let left = microdollars - Self.part(promptTokens, rates.input)
    guard left >= 0 else { return 0 }
    guard rates.output > 0 else { return .max }
    let (millions, isTooLarge) = left.multipliedReportingOverflow(by: 1_000_000)
    return isTooLarge ? .max : millions / rates.output
  }

  private func rates(for promptTokens: Int) -> (input: Int, output: Int) {
    guard let longFrom, promptTokens > longFrom else { return (input, output) }
    return (longInput ?? input, longOutput ?? output)
  }

  private static func part(_ tokens: Int, _ rate: Int) -> Int {
    let (product, isTooLarge) = tokens.multipliedReportingOverflow(by: rate)
    // More than nine million millions of tokens at any price: only a broken count is so large.
    return isTooLarge ? .max / 4 : (product + 999_999) / 1_000_000
  }
}

extension ModelPrice: ConfigurationValue {
  static var expectation: String {
    "'free', 'unknown', or an object with 'input' and 'output' in micro-dollars for a million tokens"
  }

  static func read(_ json: JSONValue) throws(ConfigurationProblem) -> ModelPrice? {
    if json == "free" { return .free }
    if json == "unknown" { return .unknown }
    return try TokenRates.read(json).map { .known($0) }
  }

  package var json: JSONValue {
    switch self {
    case .free: "free"
    case .unknown: "unknown"
    case .known(let rates): rates.json
    }
  }
}

extension ModelPrice: Codable {
  package init(from decoder: any Decoder) throws {
    let json = try JSONValue(from: decoder)
    guard let price = try? Self.read(json) else { throw StoredValueError("'\(json.text())' is no price.") }
    self = price
  }

  package func encode(to encoder: any Encoder) throws {
    try json.encode(to: encoder)
  }
}

extension TokenRates: ConfigurationObject {
  static let blank = TokenRates(input: 0, output: 0)
  static var expectation: String { "an object with 'input' and 'output'" }
  static var required: [String] { ["input", "output"] }

  static let keys: [ConfigurationKey<TokenRates>] = [
    ConfigurationKey("input", \.input, atLeast: 0, "What a million tokens of a prompt cost, in micro-dollars."),
    ConfigurationKey("output", \.output, atLeast: 0, "What a million tokens of an answer cost, in micro-dollars."),
    ConfigurationKey("long_from", \.longFrom, atLeast: 1, "The tokens of a prompt above which the long rates apply."),
    ConfigurationKey("long_input", \.longInput, atLeast: 0, "The rate of long prompts."),
    ConfigurationKey("long_output", \.longOutput, atLeast: 0, "The rate of the answers to long prompts."),
  ]
}
