import JSON

/// Why a value or a call could not be read.
enum ReadFailure: Error {
  /// More input could complete it.
  case incomplete
  case malformed
}

/// What the end of a string may be followed by.
enum Surroundings {
  case members
  /// The arguments in parentheses, where `name=` follows a comma.
  case arguments
}

/// Reads values as models write them: JSON, JSON5 and Python literals, in one grammar.
///
/// It takes one step a byte and never goes back by more than a few. What it mends is noted; what could have been
/// meant in two ways is malformed.
struct LenientReader {
  /// Deeper values are malformed, so that hostile text cannot exhaust the stack.
  static let deepest = 96

  let bytes: [UInt8]
  /// Where the text ends, for now or for good.
  let limit: Int
  /// Whether no more text will come.
  let isFinal: Bool
  var position: Int
  var mends: Mends = []
  /// What a string lacked for which the text ended.
  private(set) var awaited: Awaited?
  /// How many values the end of the text closed.
  var unclosed = 0
  /// Whether what is read is an argument in parentheses, whose end also ends what is open in it.
  var isInParentheses = false
  /// Whether the model escapes underscores as Markdown wants it, as a name has shown.
  var escapesMarkdown = false
  var depth = 0
  /// The tags around the arguments that were read.
  var argumentTags: Set<String> = []
  /// Whether a string stood between tokens instead of quotes.
  var usesTokens = false

  init(_ bytes: [UInt8], at position: Int, isFinal: Bool) {
    self.bytes = bytes
    limit = bytes.count
    self.isFinal = isFinal
    self.position = position
  }

  var peek: UInt8? { position < limit ? bytes[position] : nil }

  /// What the end of the text means at this place.
  var ending: ReadFailure { isFinal ? .malformed : .incomplete }

  /// The failure of a string that does not end in the text so far.
  mutating func unended(_ terminator: [UInt8], from start: Int, escapes: Bool = false) -> ReadFailure {
    awaited = Awaited(terminator: terminator, position: start, escapes: escapes)
    return ending
  }

  func byte(at index: Int) -> UInt8? { index < limit ? bytes[index] : nil }

  mutating func skipSpace() {
    while position < limit, Bytes.isSpace(bytes[position]) { position += 1 }
  }

  /// Goes on behind white space and comments between the parts of a value.
  mutating func skipTrivia() throws(ReadFailure) {
    skipSpace()
    while let byte = peek, byte == UInt8(ascii: "#") || byte == UInt8(ascii: "/") {
      if byte == UInt8(ascii: "/") {
        guard let next = self.byte(at: position + 1) else { throw ending }
        guard next == UInt8(ascii: "/") else { return }
      }
      while let byte = peek, byte != 0x0A { position += 1 }
      guard peek != nil else { throw ending }
      mends.insert(.comment)
      skipSpace()
    }
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Whether the text goes on with `word`; nil if it ends too early to tell.
  func hasPrefix(_ word: StaticString, at index: Int? = nil) -> Bool? {
    let start = index ?? position
    let count = word.utf8CodeUnitCount
    for offset in 0..<count {
      guard start + offset < limit else { return isFinal ? false : nil }
      guard unsafe bytes[start + offset] == word.utf8Start[offset] else { return false }
    }
    return true
  }

  mutating func takeWord(_ word: StaticString) throws(ReadFailure) -> Bool {
    guard let found = hasPrefix(word) else { throw .incomplete }
    if found { position += word.utf8CodeUnitCount }
    return found
  }

  mutating func value(in surroundings: Surroundings = .members) throws(ReadFailure) -> JSONValue {
    guard let byte = peek else { throw ending }
    switch byte {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try list(closing: "]"))
    case UInt8(ascii: "("):
      mends.insert(.pythonWord)
      return .array(try list(closing: ")"))
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "<"), 0xE2:
      return .string(try string(in: surroundings))
    default:
      return Bytes.isLetter(byte) ? try word(in: surroundings) : try number()
    }
  }

  /// Reads an object whose opening brace is at the position.
  mutating func object() throws(ReadFailure) -> JSONObject {
    try enter()
    var object = JSONObject()
    var needsComma = false
    while true {
      let before = position
      try skipTrivia()
      if take("}") { break }
      if try closesAtEnd(after: before) { break }
      if take(",") {
        if !needsComma { mends.insert(.extraComma) }
        needsComma = false
        try skipTrivia()
        if take("}") {
          mends.insert(.extraComma)
          break
        }
        continue
      }
      if needsComma {
        guard bytes[before..<position].contains(0x0A) else { throw .malformed }
        mends.insert(.missingComma)
      }
      let key = try key()
      guard object[key] == nil else { throw .malformed }
      try skipTrivia()
      guard peek != nil else { throw ending }
      guard take(":") || take("=") else { throw .malformed }
      _ = take(">")
      try skipTrivia()
      object[key] = try value()
      needsComma = true
    }
    depth -= 1
    return object
  }

  /// Reads the name of a member, with or without quotes.
  mutating func key() throws(ReadFailure) -> String {
    guard let byte = peek else { throw ending }
    if !Bytes.isName(byte) || byte == 0xE2 || byte == UInt8(ascii: "\\") {
      let text = try string(in: .members)
      guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
      return try unescapedName(ArraySlice(text.utf8))
    }
    let start = position
    while let byte = peek, Bytes.isName(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "\\") {
      position += 1
    }
    guard position < limit else { throw ending }
    mends.insert(.unquotedKey)
    return try unescapedName(bytes[start..<position])
  }

  /// A name without the backslashes that Markdown wants before underscores.
  mutating func unescapedName(_ name: ArraySlice<UInt8>) throws(ReadFailure) -> String {
    var bytes = name
    if name.contains(UInt8(ascii: "\\")) {
      mends.insert(.escapedMarkdown)
      escapesMarkdown = true
      bytes.removeAll { $0 == UInt8(ascii: "\\") }
    }
    guard let string = String(validating: bytes, as: UTF8.self) else { throw .malformed }
    return string
  }

  private mutating func list(closing: Unicode.Scalar) throws(ReadFailure) -> [JSONValue] {
    try enter()
    var values: [JSONValue] = []
    var needsComma = false
    while true {
      let before = position
      try skipTrivia()
      if take(closing) { break }
      if try closesAtEnd(after: before) { break }
      if take(",") {
        if !needsComma { mends.insert(.extraComma) }
        needsComma = false
        try skipTrivia()
        if take(closing) {
          if closing == "]" { mends.insert(.extraComma) }
          break
        }
        continue
      }
      guard !needsComma else { throw .malformed }
      values.append(try value())
      needsComma = true
    }
    depth -= 1
    return values
  }

  private mutating func enter() throws(ReadFailure) {
    guard depth < Self.deepest else { throw .malformed }
    depth += 1
    position += 1
  }

  /// Whether the text ends here, so that what is open can be closed without a loss.
  ///
  /// A value that the end itself could have cut is not closed.
  mutating func closesAtEnd(after before: Int) throws(ReadFailure) -> Bool {
    if let byte = peek {
      // The block or the mark around the call ends.
      switch byte {
      case UInt8(ascii: "`"):
        guard let isFence = hasPrefix("```") else { throw .incomplete }
        guard isFence else { throw .malformed }
      case UInt8(ascii: "<"):
        guard let isMark = hasPrefix("</") else { throw .incomplete }
        guard isMark else { return false }
      case UInt8(ascii: ")") where isInParentheses: break
      default: return false
      }
    } else if !isFinal {
      throw .incomplete
    }
    // Only what closes itself is known to be whole: a number or a word may go on.
    let last = before > 0 ? bytes[before - 1] : 0
    let isWhole =
      peek == UInt8(ascii: ")")
      || [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "}"), UInt8(ascii: "]")].contains(last)
    guard isWhole || position > before else { throw .malformed }
    guard last != UInt8(ascii: ","), last != UInt8(ascii: "{"), last != UInt8(ascii: "[") else { throw .malformed }
    mends.insert(.missingClose)
    unclosed += 1
    return true
  }
}
