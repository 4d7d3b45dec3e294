extension JSONParser {
  /// Reads a string whose opening quote is at the position.
  mutating func parseString() throws(JSONError) -> String {
    let quote = bytes[position]
    let opening = position
    position += 1
    var start = position
    var text: [UInt8] = []
    while true {
      position = endOfRun(from: position, quote: quote)
      guard let byte = peek else { break }
      if byte == quote {
        let run = bytes[start..<position]
        position += 1
        // Most strings have no escape, and need no copy.
        return try decode(text.isEmpty ? run : (text + run)[...], at: opening)
      }
      guard byte == UInt8(ascii: "\\") else {
        throw error("A string must not contain \(Self.display(byte)); write it as an escape.")
      }
      text += bytes[start..<position]
      try parseEscape(into: &text)
      start = position
    }
    position = opening
    throw error("The string is not closed.")
  }

  /// The position of the next byte that a string cannot hold as it is.
  private func endOfRun(from start: Int, quote: UInt8) -> Int {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      var end = start
      while end < buffer.count, case let byte = unsafe buffer[end],
        byte != quote, byte != UInt8(ascii: "\\"), byte >= 0x20
      {
        end += 1
      }
      return end
    }
  }

  private func decode(_ text: ArraySlice<UInt8>, at opening: Int) throws(JSONError) -> String {
    if let string = String(validating: text, as: UTF8.self) { return string }
    var parser = self
    parser.position = opening
    throw parser.error("The string is not valid UTF-8.")
  }

  private mutating func parseEscape(into text: inout [UInt8]) throws(JSONError) {
    position += 1
    guard let byte = peek else { throw error("The text ends in an escape.") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += Array(try parseUnicodeEscape().utf8)
    case UInt8(ascii: "'") where syntax == .json5: text.append(byte)
    case 0x0A where syntax == .json5: break
    default:
      position -= 1
      throw error("'\\' before \(Self.display(byte)) is no escape.")
    }
  }

  /// Reads the digits after `\u`; a surrogate without its partner becomes U+FFFD, as model servers write it.
  private mutating func parseUnicodeEscape() throws(JSONError) -> Character {
    let first = try parseFourDigits()
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    let afterFirst = position
    if first < 0xDC00, take("\\"), take("u") {
      let second = try parseFourDigits()
      let combined = 0x10000 + ((first & 0x3FF) << 10) + (second & 0x3FF)
      if (0xDC00...0xDFFF).contains(second), let scalar = Unicode.Scalar(combined) { return Character(scalar) }
    }
    position = afterFirst
    return "\u{FFFD}"
  }

  private mutating func parseFourDigits() throws(JSONError) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == 4, digits.allSatisfy(Self.isHexDigit), let value = UInt32(text, radix: 16) else {
      throw error("'\\u' needs four hexadecimal digits.")
    }
    position += 4
    return value
  }

  /// Reads a number; anything else that can begin no value ends here too.
  mutating func parseNumber() throws(JSONError) -> JSONValue {
    let start = position
    while let byte = peek, Self.isNumberPart(byte) || (syntax == .json5 && Self.isLetter(byte)) { position += 1 }
    let text = bytes[start..<position]
    defer { if text.isEmpty { position = start } }
    guard !text.isEmpty else { throw expected("a value") }
    if let value = Self.number(text) { return value }
    if syntax == .json5, let value = Self.number5(text) { return value }
    position = start
    throw error("'\(String(decoding: text, as: UTF8.self))' is no number.")
  }

  /// A number by RFC 8259: no leading zeros or plus sign, digits on both sides of the point.
  private static func number(_ text: ArraySlice<UInt8>) -> JSONValue? {
    var rest = text
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    guard let first = rest.first, isDigit(first) else { return nil }
    if first == UInt8(ascii: "0"), let second = rest.dropFirst().first, isDigit(second) { return nil }
    rest = rest.drop(while: isDigit)
    let string = String(decoding: text, as: UTF8.self)
    if rest.isEmpty { return Int(string).map { .integer($0) } ?? Double(string).map { .number($0) } }
    if rest.first == UInt8(ascii: ".") {
      guard let digit = rest.dropFirst().first, isDigit(digit) else { return nil }
      rest = rest.dropFirst().drop(while: isDigit)
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard let digit = rest.first, isDigit(digit) else { return nil }
      rest = rest.drop(while: isDigit)
    }
    guard rest.isEmpty, let value = Double(string), value.isFinite else { return nil }
    return .number(value)
  }

  /// The further forms of JSON5: a plus sign, hexadecimal, a bare point at either end.
  private static func number5(_ text: ArraySlice<UInt8>) -> JSONValue? {
    var string = String(decoding: text, as: UTF8.self)
    if string.hasPrefix("+") { string.removeFirst() }
    let isNegative = string.hasPrefix("-")
    let digits = isNegative ? String(string.dropFirst()) : string
    if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      return Int((isNegative ? "-" : "") + digits.dropFirst(2), radix: 16).map { .integer($0) }
    }
    if let value = number(ArraySlice(string.utf8)) { return value }
    var padded = digits.hasPrefix(".") ? "0" + digits : digits
    if padded.hasSuffix(".") { padded += "0" }
    return number(ArraySlice(((isNegative ? "-" : "") + padded).utf8))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }

  private static func isNumberPart(_ byte: UInt8) -> Bool {
    isDigit(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
  }
}
