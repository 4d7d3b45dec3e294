/// A type that can be read from one word of the command line.
package protocol ExpressibleByArgument: ArgumentValue where Parsed == Self {
  init?(argument: String)

  /// The value as the user would type it, for the default shown in help.
  var defaultValueDescription: String { get }

  /// Every value there is, when they can be listed.
  static var allValueStrings: [String] { get }

  /// What a right value is, said after a wrong one: "a whole number".
  static var expectation: String? { get }

  static var defaultCompletionKind: CompletionKind { get }
}

extension ExpressibleByArgument {
  package static var arity: Arity { .one }
  package static func assemble(_ values: [Self]) -> Self? { values.last }
  package var shownDefault: String? {
    let text = defaultValueDescription
    return text.isEmpty ? nil : text
  }

  package var defaultValueDescription: String { "\(self)" }
  package static var allValueStrings: [String] { [] }
  package static var expectation: String? { nil }
  package static var defaultCompletionKind: CompletionKind {
    allValueStrings.isEmpty ? .none : .list(allValueStrings)
  }
}

extension ExpressibleByArgument where Self: CaseIterable {
  package static var allValueStrings: [String] { allCases.map { $0.defaultValueDescription } }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue == String {
  package init?(argument: String) { self.init(rawValue: argument) }
  package var defaultValueDescription: String { rawValue }
}

extension String: ExpressibleByArgument {
  package init?(argument: String) { self = argument }
}

extension Bool: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var allValueStrings: [String] { ["true", "false"] }
}

extension Int: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var expectation: String? { "a whole number" }
}

extension UInt16: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var expectation: String? { "a whole number from 0 to 65535" }
}

extension Double: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
  package static var expectation: String? { "a number" }
}
