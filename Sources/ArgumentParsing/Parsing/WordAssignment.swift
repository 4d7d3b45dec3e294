import Wording

/// The assignment of every word after a command's name to one of the command's arguments.
struct WordAssignment {
  private let model: CommandModel
  private var words: [[String]: [String]] = [:]
  private var plain: [String] = []

  /// Assigns all words, or throws the first mistake.
  init(_ input: some Collection<String>, to model: CommandModel) throws(ParsingError) {
    self.model = model
    var rest = Array(input)[...]
    while let word = rest.popFirst() {
      switch OptionWord(word) {
      case .terminator:
        plain += rest
        rest = []
      case .plain:
        plain.append(word)
      case .long(let name, let value):
        try assignLong(name, value: value, rest: &rest)
      case .short(let letters):
        try assignCluster(letters, word: word, rest: &rest)
      }
    }
    try assignPositionals()
  }

  /// The value of every argument: made of the words given for it, or its default.
  func values() throws(ParsingError) -> [[String]: any Sendable] {
    var values: [[String]: any Sendable] = [:]
    for definition in model.arguments {
      if let given = words[definition.path] {
        do {
          values[definition.path] = try definition.read(given)
        } catch {
          throw .invalidValue(
            error.word,
            argument: definition.shownName,
            allowed: definition.allowedValues,
            expectation: definition.expectation
          )
        }
      } else if let value = definition.defaultValue {
        values[definition.path] = value
      } else {
        throw .missingArgument(definition.shownName)
      }
    }
    return values
  }

  private mutating func assignLong(
    _ name: String,
    value: String?,
    rest: inout ArraySlice<String>
  ) throws(ParsingError) {
    guard let definition = model.arguments.first(where: { $0.names.contains(.long(name)) }) else {
      throw unknown("--\(name)")
    }
    if definition.kind == .flag {
      if let value { throw .unexpectedValue(value, flag: "--\(name)") }
      words[definition.path] = [""]
    } else if let value {
      try add(value, to: definition)
    } else {
      try add(takeValue(of: definition, &rest), to: definition)
    }
  }

  private mutating func assignCluster(
    _ letters: [Character],
    word: String,
    rest: inout ArraySlice<String>
  ) throws(ParsingError) {
    for (index, letter) in letters.enumerated() {
      guard let definition = model.arguments.first(where: { $0.names.contains(.short(letter)) }) else {
        throw index == 0 && letters.count > 1 ? unknown(word) : unknown("-\(letter)")
      }
      if definition.kind == .flag {
        words[definition.path] = [""]
        continue
      }
      let joined = String(letters[(index + 1)...])
      if joined.isEmpty {
        try add(takeValue(of: definition, &rest), to: definition)
      } else {
        try add(joined.hasPrefix("=") ? String(joined.dropFirst()) : joined, to: definition)
      }
      return
    }
  }

  private mutating func assignPositionals() throws(ParsingError) {
    var rest = plain[...]
    for definition in model.arguments where definition.kind == .positional && !rest.isEmpty {
      if definition.arity == .repeating {
        words[definition.path] = Array(rest)
        rest = []
      } else if let word = rest.popFirst() {
        words[definition.path] = [word]
      }
    }
    if !rest.isEmpty { throw .unexpectedArguments(Array(rest)) }
  }

  private mutating func add(_ value: String, to definition: ArgumentDefinition) throws(ParsingError) {
    if definition.arity != .repeating, words[definition.path] != nil {
      throw .repeated(definition.shownName)
    }
    words[definition.path, default: []].append(value)
  }

  private func takeValue(
    of definition: ArgumentDefinition,
    _ rest: inout ArraySlice<String>
  ) throws(ParsingError) -> String {
    guard let next = rest.first, OptionWord(next) == .plain else { throw .missingValue(definition.shownName) }
    rest.removeFirst()
    return next
  }

  /// Only long names are suggested: a single letter is as near to every other.
  private func unknown(_ word: String) -> ParsingError {
    let names = model.shownArguments.flatMap { $0.names }.filter { $0.isLong }
    let bare = String(word.drop { $0 == "-" })
    let exact = names.first { $0 == .long(bare) }?.description
    return .unknownOption(
      word,
      suggestion: exact ?? closest(to: bare, in: names.map { String($0.description.dropFirst(2)) }).map { "--\($0)" }
    )
  }
}
