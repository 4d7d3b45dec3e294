/// How many words an argument takes.
package enum Arity: Sendable, Hashable {
  case one
  case optional
  case repeating
}

/// The type of a property that holds an argument: a value, an optional value or a list of values.
package protocol ArgumentValue: Sendable {
  associatedtype Parsed: ExpressibleByArgument

  static var arity: Arity { get }

  /// Makes the property's value of the words given, which are never none.
  static func assemble(_ values: [Parsed]) -> Self?

  /// The default as help shows it; nothing is shown for nil.
  var shownDefault: String? { get }
}

extension Optional: ArgumentValue where Wrapped: ExpressibleByArgument {
  package static var arity: Arity { .optional }
  package static func assemble(_ values: [Wrapped]) -> Wrapped?? { values.last }
  package var shownDefault: String? { flatMap { $0.shownDefault } }
}

extension Array: ArgumentValue where Element: ExpressibleByArgument {
  package static var arity: Arity { .repeating }
  package static func assemble(_ values: [Element]) -> [Element]? { values }
  package var shownDefault: String? {
    isEmpty ? nil : map { $0.defaultValueDescription }.joined(separator: ", ")
  }
}
