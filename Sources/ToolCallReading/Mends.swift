/// What had to be mended to read a call or to fit it to the tool's schema; no mend changes what the call means.
package struct Mends: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  // In the text.
  package static let singleQuotes = Mends(rawValue: 1 << 0)
  package static let smartQuotes = Mends(rawValue: 1 << 1)
  package static let escapedQuotes = Mends(rawValue: 1 << 2)
  package static let unescapedQuote = Mends(rawValue: 1 << 3)
  package static let rawControl = Mends(rawValue: 1 << 4)
  package static let unknownEscape = Mends(rawValue: 1 << 5)
  package static let escapedMarkdown = Mends(rawValue: 1 << 6)
  package static let unquotedKey = Mends(rawValue: 1 << 7)
  package static let unquotedText = Mends(rawValue: 1 << 8)
  package static let extraComma = Mends(rawValue: 1 << 9)
  package static let missingComma = Mends(rawValue: 1 << 10)
  package static let missingClose = Mends(rawValue: 1 << 11)
  package static let pythonWord = Mends(rawValue: 1 << 12)
  package static let colonForEquals = Mends(rawValue: 1 << 13)
  package static let comment = Mends(rawValue: 1 << 14)

  // In the shape of the call.
  package static let flatArguments = Mends(rawValue: 1 << 16)
  package static let argumentsAsText = Mends(rawValue: 1 << 17)
  package static let positionalArguments = Mends(rawValue: 1 << 18)

  // Against the schema.
  package static let toolName = Mends(rawValue: 1 << 24)
  package static let argumentName = Mends(rawValue: 1 << 25)
  package static let argumentType = Mends(rawValue: 1 << 26)
  package static let singleForList = Mends(rawValue: 1 << 27)
  package static let droppedNull = Mends(rawValue: 1 << 28)
  package static let choiceSpelling = Mends(rawValue: 1 << 29)

  /// Mends of the text after which its author could have meant something else, by a little.
  ///
  /// They are no harm to a search, but no file is written after one.
  static let doubtful: Mends = [.unescapedQuote, .unquotedText, .missingComma, .escapedMarkdown]

  private static let names: [(Mends, String)] = [
    (.singleQuotes, "single quotes"), (.smartQuotes, "typographic quotes"), (.escapedQuotes, "escaped quotes"),
    (.unescapedQuote, "quote inside a string"), (.rawControl, "line break inside a string"),
    (.unknownEscape, "unknown escape"), (.escapedMarkdown, "escaped underscore"),
    (.unquotedKey, "name without quotes"), (.unquotedText, "text without quotes"), (.extraComma, "extra comma"),
    (.missingComma, "missing comma"), (.missingClose, "missing bracket at the end"), (.pythonWord, "Python's words"),
    (.colonForEquals, "colon for equals sign"), (.comment, "comment"), (.flatArguments, "arguments beside the name"),
    (.argumentsAsText, "arguments as a string"), (.positionalArguments, "arguments by position"),
    (.toolName, "spelling of the tool's name"), (.argumentName, "spelling of an argument's name"),
    (.argumentType, "type of an argument"), (.singleForList, "single value for a list"),
    (.droppedNull, "null for nothing"), (.choiceSpelling, "spelling of a choice"),
  ]

  /// What was mended, in words, in a fixed order.
  package var descriptions: [String] { Self.names.filter { contains($0.0) }.map { $0.1 } }
}
