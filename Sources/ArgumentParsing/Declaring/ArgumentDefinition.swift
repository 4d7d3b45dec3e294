/// Everything known about one declared argument: parsing, help, completions and the manual are made of it.
struct ArgumentDefinition: Sendable {
  enum Kind: Sendable, Hashable {
    case positional
    case option
    case flag
  }

  /// The properties that lead to the argument: its own, after those of the groups it is in.
  var path: [String]
  var kind: Kind
  var names: [OptionName]
  var help: ArgumentHelp
  var valueName: String
  var arity: Arity
  var defaultValue: (any Sendable)?
  var shownDefault: String?
  var allowedValues: [String]
  var expectation: String?
  var completion: CompletionKind
  var section: String?

  /// Makes the value of the property, boxed in a `ParsedValue`, of the words that the user gave.
  var read: @Sendable ([String]) throws(InvalidValue) -> any Sendable

  var isRequired: Bool { defaultValue == nil }

  /// The name to use when speaking of it: the longest-lived one, `--mode`, or `<path>`.
  var shownName: String {
    if kind == .positional { return "<\(valueName)>" }
    let name = (names.first { $0.isLong } ?? names.first)?.description ?? ""
    return kind == .flag ? name : "\(name) <\(valueName)>"
  }

  /// The definition of a positional argument or an option with a value.
  init<Value: ArgumentValue>(
    property: String,
    kind: Kind,
    names: [OptionName],
    help: ArgumentHelp,
    completion: CompletionKind?,
    default value: Value?
  ) {
    path = [property]
    self.kind = kind
    self.names = names
    self.help = help
    arity = Value.arity
    defaultValue = value.map { ParsedValue($0) }
    if value == nil, let none = Value.none { defaultValue = ParsedValue(none) }
    shownDefault = value?.shownDefault
    allowedValues = Value.Parsed.allValueStrings
    expectation = Value.Parsed.expectation
    self.completion = completion ?? Value.Parsed.defaultCompletionKind
    let longName = names.compactMap { name in if case .long(let text) = name { text } else { nil } }.first
    valueName = help.valueName ?? longName ?? kebabCase(property)
    read = { words throws(InvalidValue) in
      var values: [Value.Parsed] = []
      for word in words {
        guard let value = Value.Parsed(argument: word) else { throw InvalidValue(word: word) }
        values.append(value)
      }
      guard let value = Value.assemble(values) else { throw InvalidValue(word: words.last ?? "") }
      return ParsedValue(value)
    }
  }

  /// The definition of a flag, which takes no value.
  init(flag property: String, names: [OptionName], help: ArgumentHelp, default value: Bool) {
    path = [property]
    kind = .flag
    self.names = names
    self.help = help
    valueName = ""
    arity = .optional
    defaultValue = ParsedValue(value)
    allowedValues = []
    completion = .none
    read = { _ in ParsedValue(!value) }
  }
}

/// A word that its argument cannot be made of.
struct InvalidValue: Error, Hashable {
  var word: String
}

/// The value of one property, in a box that keeps its type when the value is optional.
struct ParsedValue<Value: Sendable>: Sendable {
  var value: Value

  init(_ value: Value) {
    self.value = value
  }
}

extension ArgumentValue {
  /// The value of a property that nobody set, where its type has one.
  fileprivate static var none: Self? {
    arity == .optional ? assemble([]) : nil
  }
}
