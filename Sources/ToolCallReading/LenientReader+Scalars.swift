import JSON

extension LenientReader {
  mutating func number() throws(ReadFailure) -> JSONValue {
    let start = position
    while let byte = peek, Bytes.isDigit(byte) || Bytes.isLetter(byte) || "+-._".utf8.contains(byte) { position += 1 }
    guard position < limit || isFinal else { throw .incomplete }
    guard let value = Self.number(bytes[start..<position]) else {
      position = start
      throw .malformed
    }
    return value
  }

  /// The number that a text is, whole; nil for one that could be a name for something, as with leading zeros.
  static func number(_ text: ArraySlice<UInt8>) -> JSONValue? {
    var rest = text
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard let first = rest.first, Bytes.isDigit(first) || first == UInt8(ascii: ".") else { return nil }
    if first == UInt8(ascii: "0"), let second = rest.dropFirst().first, Bytes.isDigit(second) { return nil }
    var digits = 0
    for byte in rest {
      if Bytes.isDigit(byte) { digits += 1 } else if !"+-._eE".utf8.contains(byte) { return nil }
    }
    guard digits > 0 else { return nil }
    var string = String(decoding: text.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    if string.hasPrefix("+") { string.removeFirst() }
    if let whole = Int(string) { return .integer(whole) }
    guard let value = Double(string), value.isFinite else { return nil }
    return .number(value)
  }

  /// Reads `true`, `None` and their like, or a string of Python's with a letter before it.
  mutating func word(in surroundings: Surroundings) throws(ReadFailure) -> JSONValue {
    let start = position
    while let byte = peek, Bytes.isName(byte) { position += 1 }
    guard let next = peek else {
      guard isFinal else { throw .incomplete }
      guard let value = constant(bytes[start..<position]) else { throw .malformed }
      return value
    }
    if let value = constant(bytes[start..<position]) { return value }
    if next == UInt8(ascii: "("), bytes[start..<position].elementsEqual("dict".utf8) {
      position += 1
      mends.insert(.pythonWord)
      let members = try arguments()
      guard members.positional.isEmpty else { throw .malformed }
      return .object(members.named)
    }
    guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "'"), position == start + 1 else { throw .malformed }
    switch bytes[start] | 0x20 {
    case UInt8(ascii: "r"): return .string(try string(in: surroundings, isRaw: true))
    case UInt8(ascii: "u"), UInt8(ascii: "b"): return .string(try string(in: surroundings))
    default: throw .malformed
    }
  }

  private mutating func constant(_ word: ArraySlice<UInt8>) -> JSONValue? {
    switch word.count {
    case 3 where word.elementsEqual("nil".utf8):
      mends.insert(.pythonWord)
      return .null
    case 4:
      if word.elementsEqual("true".utf8) { return .bool(true) }
      if word.elementsEqual("null".utf8) { return .null }
      let isTrue = word.elementsEqual("True".utf8) || word.elementsEqual("TRUE".utf8)
      guard isTrue || word.elementsEqual("None".utf8) else { return nil }
      mends.insert(.pythonWord)
      return isTrue ? .bool(true) : .null
    case 5:
      if word.elementsEqual("false".utf8) { return .bool(false) }
      guard word.elementsEqual("False".utf8) || word.elementsEqual("FALSE".utf8) else { return nil }
      mends.insert(.pythonWord)
      return .bool(false)
    default: return nil
    }
  }
}
