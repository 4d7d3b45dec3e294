import JSON

/// The arguments of a call after they were checked against the tool's parameters.
package struct ToolArguments: Hashable, Sendable {
  private let values: JSONObject

  /// Checks `given` against `parameters`, or answers every mistake found.
  static func checking(_ given: JSONObject, against parameters: [ToolParameter]) -> Checked {
    var checker = ToolArgumentChecker()
    let values = checker.check(given, against: parameters, at: "")
    return checker.mistakes.isEmpty ? .valid(ToolArguments(values: values)) : .invalid(checker.mistakes)
  }

  enum Checked {
    case valid(ToolArguments)
    case invalid([String])
  }

  /// A required text.
  package func text(_ name: String) -> String {
    guard let text = values[name]?.string else { preconditionFailure("'\(name)' is a required text") }
    return text
  }

  package func optionalText(_ name: String) -> String? { values[name]?.string }

  package func optionalInteger(_ name: String) -> Int? { values[name]?.integer }

  package func texts(_ name: String) -> [String] { values[name]?.array?.compactMap(\.string) ?? [] }

  package func integers(_ name: String) -> [Int] { values[name]?.array?.compactMap(\.integer) ?? [] }

  package func records(_ name: String) -> [ToolArguments] {
    values[name]?.array?.compactMap { $0.object.map(ToolArguments.init(values:)) } ?? []
  }
}
