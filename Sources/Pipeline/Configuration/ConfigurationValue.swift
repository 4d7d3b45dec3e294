import JSON
import Wording

/// A type that a value of the configuration can have.
protocol ConfigurationValue: Sendable {
  /// What a right value is, after "must be".
  static var expectation: String { get }

  /// Reads a value; nil if it is none of this type, an error if only a part of it is wrong.
  static func read(_ json: JSONValue) throws(ConfigurationProblem) -> Self?

  /// A text that is no such value, as it may be shown.
  static func withoutSecrets(_ text: String) -> String

  var json: JSONValue { get }
}

extension ConfigurationValue {
  static func withoutSecrets(_ text: String) -> String { text }
}

extension Bool: ConfigurationValue {
  static var expectation: String { "true or false" }
  static func read(_ json: JSONValue) -> Bool? { json.bool }
  var json: JSONValue { .bool(self) }
}

extension Int: ConfigurationValue {
  static var expectation: String { "a whole number" }
  static func read(_ json: JSONValue) -> Int? { json.integer }
  var json: JSONValue { .integer(self) }
}

extension Double: ConfigurationValue {
  static var expectation: String { "a number" }
  static func read(_ json: JSONValue) -> Double? { json.double }
  var json: JSONValue { .number(self) }
}

extension String: ConfigurationValue {
  static var expectation: String { "a string" }
  static func read(_ json: JSONValue) -> String? { json.string }
  var json: JSONValue { .string(self) }
}

/// A limit of time: a duration of nothing is refused, as it can only be a mistake.
extension Duration: ConfigurationValue {
  static var expectation: String { textExpectation }
  static func read(_ json: JSONValue) -> Duration? {
    json.string.flatMap { Duration(text: $0) }.flatMap { $0 > .zero ? $0 : nil }
  }
  var json: JSONValue { .string(text) }
}

extension ModelName: ConfigurationValue {
  static var expectation: String { "the name of a model, such as 'qwen2.5-coder:32b'" }
  static func read(_ json: JSONValue) -> ModelName? { json.string.flatMap { ModelName($0) } }
  var json: JSONValue { .string(description) }
}

extension ServerKind: ConfigurationValue {
  static var expectation: String { "'ollama' or 'openai'" }
  static func read(_ json: JSONValue) -> ServerKind? { json.string.flatMap { ServerKind(rawValue: $0) } }
  var json: JSONValue { .string(rawValue) }
}

extension SandboxMode: ConfigurationValue {
  static var expectation: String {
    allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ").replacing(", 'off'", with: " or 'off'")
  }
  static func read(_ json: JSONValue) -> SandboxMode? { json.string.flatMap { SandboxMode(rawValue: $0) } }
  var json: JSONValue { .string(rawValue) }
}

/// A value that may be absent, written as `null` or `"none"`.
extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
  static var expectation: String { "\(Wrapped.expectation), or null" }
  static func read(_ json: JSONValue) throws(ConfigurationProblem) -> Wrapped?? {
    if json.isNull || json == "none" { return .some(nil) }
    return try Wrapped.read(json).map { .some($0) }
  }
  var json: JSONValue { map { $0.json } ?? .null }
}

extension Array: ConfigurationValue where Element: ConfigurationValue {
  static var expectation: String { "a list in which every element is \(Element.expectation)" }
  static func read(_ json: JSONValue) throws(ConfigurationProblem) -> [Element]? {
    guard let elements = json.array else { return nil }
    var values: [Element] = []
    for (index, element) in elements.enumerated() {
      do throws(ConfigurationProblem) {
        guard let value = try Element.read(element) else {
          throw ConfigurationProblem(message: mistake(Element.expectation, element, Element.self))
        }
        values.append(value)
      } catch {
        throw error.under("\(index)")
      }
    }
    return values
  }
  var json: JSONValue { .array(map { $0.json }) }
}
