extension LenientReader {
  /// Reads a string in whatever quotes it has; its contents are kept byte for byte.
  mutating func string(in surroundings: Surroundings, isRaw: Bool = false) throws(ReadFailure) -> String {
    guard let quote = peek else { throw ending }
    switch quote {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      if let next = byte(at: position + 1), next == quote {
        guard byte(at: position + 2) != nil || isFinal else { throw .incomplete }
        if byte(at: position + 2) == quote { return try tripleQuoted(quote, isRaw: isRaw) }
      }
      if quote == UInt8(ascii: "'") { mends.insert(.singleQuotes) }
      return try quoted(quote, in: surroundings, isRaw: isRaw)
    case UInt8(ascii: "\\"):
      return try quotedByEscapes()
    case UInt8(ascii: "<"):
      if try takeWord("<escape>") { return try token("<escape>") }
      if try takeWord("<|\"|>") { return try token("<|\"|>") }
      throw .malformed
    case 0xE2:
      return try smartQuoted()
    default:
      throw .malformed
    }
  }

  /// Reads up to a closing quote and past it.
  private mutating func quoted(
    _ quote: UInt8,
    in surroundings: Surroundings,
    isRaw: Bool
  ) throws(ReadFailure) -> String {
    position += 1
    var start = position
    var text: [UInt8] = []
    var controls = false
    while true {
      position = endOfRun(from: position, quote: quote, &controls)
      guard let byte = peek else { throw unended([quote], from: position, escapes: true) }
      if byte == quote {
        switch try place(ofQuoteAt: position, in: surroundings) {
        case .end:
          let run = bytes[start..<position]
          position += 1
          if controls { mends.insert(.rawControl) }
          return try decoded(text.isEmpty ? run : (text + run)[...])
        case .inside:
          mends.insert(.unescapedQuote)
          position += 1
        case .neither:
          throw .malformed
        }
      } else if isRaw {
        guard position + 1 < limit else { throw ending }
        position += 2
      } else {
        text += bytes[start..<position]
        try escape(into: &text)
        start = position
      }
    }
  }

  /// The position of the next quote or backslash.
  private func endOfRun(from start: Int, quote: UInt8, _ controls: inout Bool) -> Int {
    let span = bytes.span
    var end = start
    while end < limit, case let byte = span[end], byte != quote, byte != UInt8(ascii: "\\") {
      if byte < 0x20 { controls = true }
      end += 1
    }
    return end
  }

  private enum Place { case end, inside, neither }

  /// Tells by what follows a quote whether it ends its string.
  private func place(ofQuoteAt quote: Int, in surroundings: Surroundings) throws(ReadFailure) -> Place {
    var next = quote + 1
    while next < limit, Bytes.isSpace(bytes[next]) { next += 1 }
    guard next < limit else {
      guard isFinal else { throw .incomplete }
      return .end
    }
    switch bytes[next] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: ":"),
      UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: "`"):
      return .end
    // Between these the text would be computed.
    case UInt8(ascii: "+"), UInt8(ascii: "%"), UInt8(ascii: "*"): return .neither
    case UInt8(ascii: "."): return .neither
    default:
      if bytes[quote + 1..<next].contains(0x0A) { return .end }
      // An apostrophe inside a word ends nothing where the next name shows the end.
      let isApostrophe = next == quote + 1 && Bytes.isLetter(bytes[next]) && Bytes.isLetter(bytes[quote - 1])
      return surroundings == .arguments && isApostrophe ? .inside : .neither
    }
  }

  /// Reads `"""` strings.
  private mutating func tripleQuoted(_ quote: UInt8, isRaw: Bool) throws(ReadFailure) -> String {
    mends.insert(.pythonWord)
    position += 3
    var start = position
    var text: [UInt8] = []
    var controls = false
    while true {
      position = endOfRun(from: position, quote: quote, &controls)
      guard let byte = peek else { throw unended([quote, quote, quote], from: position, escapes: true) }
      if byte == quote {
        guard position + 2 < limit else { throw ending }
        // The last three of a longer row of quotes are those that close.
        if bytes[position + 1] == quote, bytes[position + 2] == quote, self.byte(at: position + 3) != quote {
          guard position + 3 < limit || isFinal else { throw .incomplete }
          let run = bytes[start..<position]
          position += 3
          return try decoded((text + run)[...])
        }
        position += 1
      } else if isRaw {
        guard position + 1 < limit else { throw ending }
        position += 2
      } else {
        text += bytes[start..<position]
        try escape(into: &text)
        start = position
      }
    }
  }

  /// Reads a string whose quotes are escaped, as in a call that was itself written as a string.
  private mutating func quotedByEscapes() throws(ReadFailure) -> String {
    guard let quote = byte(at: position + 1) else { throw ending }
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw .malformed }
    mends.insert(.escapedQuotes)
    position += 2
    let start = position
    while position < limit, bytes[position] != UInt8(ascii: "\\") { position += 1 }
    guard let closing = byte(at: position + 1) else { throw ending }
    // An escape inside would be one of two levels, and nothing says of which.
    guard closing == quote else { throw .malformed }
    position += 2
    return try decoded(bytes[start..<(position - 2)])
  }

  private mutating func smartQuoted() throws(ReadFailure) -> String {
    guard position + 2 < limit else { throw ending }
    guard bytes[position + 1] == 0x80 else { throw .malformed }
    let closing: UInt8
    switch bytes[position + 2] {
    case 0x9C, 0x9D: closing = 0x9D
    case 0x98, 0x99: closing = 0x99
    default: throw .malformed
    }
    mends.insert(.smartQuotes)
    position += 3
    let start = position
    while true {
      while position < limit, bytes[position] != 0xE2 { position += 1 }
      guard position + 2 < limit else { throw ending }
      if bytes[position + 1] == 0x80, bytes[position + 2] == closing, try follows(at: position + 3) { break }
      position += 1
    }
    let text = bytes[start..<position]
    position += 3
    guard !text.contains(UInt8(ascii: "\\")) else { throw .malformed }
    return try decoded(text)
  }

  /// Reads up to one of the tokens that a model was trained to put around strings.
  private mutating func token(_ token: StaticString) throws(ReadFailure) -> String {
    usesTokens = true
    let start = position
    while true {
      while position < limit, bytes[position] != UInt8(ascii: "<") { position += 1 }
      guard position < limit else { throw unended(Array("<".utf8), from: position) }
      guard let isToken = hasPrefix(token) else { throw .incomplete }
      if isToken, try follows(at: position + token.utf8CodeUnitCount) { break }
      position += 1
    }
    let text = bytes[start..<position]
    position += token.utf8CodeUnitCount
    return try decoded(text)
  }

  /// Whether what follows a value follows.
  private func follows(at index: Int) throws(ReadFailure) -> Bool {
    var next = index
    while next < limit, Bytes.isSpace(bytes[next]) { next += 1 }
    guard next < limit else {
      guard isFinal else { throw .incomplete }
      return true
    }
    return ",:=})]<`".utf8.contains(bytes[next])
  }

  private func decoded(_ text: ArraySlice<UInt8>) throws(ReadFailure) -> String {
    guard let string = String(validating: text, as: UTF8.self) else { throw .malformed }
    return string
  }

  /// Reads an escape of JSON or Python; of any other the backslash is part of the text.
  private mutating func escape(into text: inout [UInt8]) throws(ReadFailure) {
    guard let byte = byte(at: position + 1) else { throw ending }
    position += 2
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "u"): text += Array(try codePoint(digits: 4).utf8)
    case UInt8(ascii: "U"): text += Array(try codePoint(digits: 8).utf8)
    case UInt8(ascii: "x"): text += Array(try codePoint(digits: 2).utf8)
    case 0x0A: break
    case UInt8(ascii: "_") where escapesMarkdown: text.append(byte)
    default:
      mends.insert(.unknownEscape)
      text.append(UInt8(ascii: "\\"))
      position -= 1
      if byte < 0x80 {
        text.append(byte)
        position += 1
      }
    }
  }

  /// Reads the digits of an escape; a surrogate without its partner is malformed.
  private mutating func codePoint(digits: Int) throws(ReadFailure) -> Character {
    let first = try hexadecimal(digits)
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    guard digits == 4, first < 0xDC00, try takeWord("\\u") else { throw .malformed }
    let second = try hexadecimal(4)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF))
    else { throw .malformed }
    return Character(scalar)
  }

  private mutating func hexadecimal(_ digits: Int) throws(ReadFailure) -> UInt32 {
    guard position + digits <= limit else { throw ending }
    var value: UInt32 = 0
    for byte in bytes[position..<(position + digits)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { throw .malformed }
      value = value << 4 | UInt32(digit)
    }
    position += digits
    return value
  }
}
