import JSON

/// The arguments of a call in parentheses.
struct PythonArguments {
  var positional: [JSONValue] = []
  var named = JSONObject()
}

extension LenientReader {
  /// Reads arguments up to their closing parenthesis and past it; the position is after the opening one.
  mutating func arguments() throws(ReadFailure) -> PythonArguments {
    guard depth < Self.deepest else { throw .malformed }
    depth += 1
    let wasInParentheses = isInParentheses
    isInParentheses = true
    defer {
      depth -= 1
      isInParentheses = wasInParentheses
    }
    var arguments = PythonArguments()
    var needsComma = false
    while true {
      let before = position
      try skipTrivia()
      if take(")") { return arguments }
      if needsComma {
        guard peek != nil || isFinal else { throw .incomplete }
        if peek == nil || peek == UInt8(ascii: "`") || peek == UInt8(ascii: "<") {
          if try closesAtEnd(after: before) { return arguments }
        }
        guard take(",") else { throw .malformed }
        needsComma = false
        continue
      }
      guard peek != UInt8(ascii: ",") else { throw .malformed }
      if try unpacks(into: &arguments) {
        needsComma = true
        continue
      }
      if let name = try argumentName() {
        skipSpace()
        let value = try argumentValue(of: name)
        guard arguments.named[name] == nil || arguments.named[name] == value else { throw .malformed }
        arguments.named[name] = value
      } else {
        guard arguments.named.isEmpty else { throw .malformed }
        arguments.positional.append(try value(in: .arguments))
      }
      needsComma = true
    }
  }

  /// Reads `**{…}`.
  private mutating func unpacks(into arguments: inout PythonArguments) throws(ReadFailure) -> Bool {
    guard try takeWord("**") else { return false }
    guard peek != nil else { throw ending }
    guard peek == UInt8(ascii: "{") else { throw .malformed }
    for (name, value) in try object() { arguments.named[name] = value }
    return true
  }

  /// Reads `name =` or `name:`; nil, and nothing read, where there is a value.
  private mutating func argumentName() throws(ReadFailure) -> String? {
    let start = position
    guard let first = peek else { throw ending }
    let isQuoted = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    if isQuoted { position += 1 }
    let nameStart = position
    while let byte = peek, Bytes.isName(byte) || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "-") {
      position += 1
    }
    let nameEnd = position
    if isQuoted {
      guard peek != nil else { throw ending }
      guard nameEnd > nameStart, take(Unicode.Scalar(first)) else {
        position = start
        return nil
      }
    }
    skipSpace()
    guard let sign = peek, let next = byte(at: position + 1) else { throw ending }
    let isEquals = sign == UInt8(ascii: "=") && next != UInt8(ascii: "=")
    guard nameEnd > nameStart, !Bytes.isDigit(bytes[nameStart]), isEquals || sign == UInt8(ascii: ":") else {
      position = start
      return nil
    }
    if !isEquals { mends.insert(.colonForEquals) }
    position += 1
    return try unescapedName(bytes[nameStart..<nameEnd])
  }

  private mutating func argumentValue(of name: String) throws(ReadFailure) -> JSONValue {
    let start = position
    let saved = self
    do throws(ReadFailure) {
      let value = try value(in: .arguments)
      skipSpace()
      guard let next = peek else {
        guard isFinal else { throw ReadFailure.incomplete }
        return value
      }
      if ",)`<".utf8.contains(next) { return value }
    } catch .incomplete {
      throw .incomplete
    } catch .malformed {
      // It may be text without quotes.
    }
    self = saved
    position = start
    guard take("[") else { return .string(try unquotedText(of: name)) }
    // A list of words without quotes.
    var words: [JSONValue] = []
    while true {
      skipSpace()
      words.append(.string(try unquotedWords()))
      if take("]") { return .array(words) }
      guard take(",") else { throw ending }
    }
  }

  private mutating func unquotedWords() throws(ReadFailure) -> String {
    let start = position
    while let byte = peek, Bytes.isName(byte) || " .-/&'".utf8.contains(byte) { position += 1 }
    guard peek != nil else { throw ending }
    guard position > start, Bytes.isName(bytes[start]), peek == UInt8(ascii: ",") || peek == UInt8(ascii: "]"),
      let text = String(validating: bytes[start..<position], as: UTF8.self)
    else { throw .malformed }
    mends.insert(.unquotedText)
    return text
  }

  /// Reads words that have no quotes, up to the next argument.
  private mutating func unquotedText(of name: String) throws(ReadFailure) -> String {
    guard !mends.contains(.colonForEquals), let first = peek, Bytes.isName(first) else { throw .malformed }
    let start = position
    while let byte = peek, byte != UInt8(ascii: ")") {
      if byte == UInt8(ascii: ","), try isBeforeName(position + 1) { break }
      guard Bytes.isName(byte) || " ,.-/:&'".utf8.contains(byte) else { throw .malformed }
      position += 1
    }
    guard peek != nil else { throw ending }
    var text = bytes[start..<position]
    while text.last == 0x20 { text.removeLast() }
    guard let string = String(validating: text, as: UTF8.self), string != name else { throw .malformed }
    mends.insert(.unquotedText)
    return string
  }

  /// Whether `name =` follows.
  private func isBeforeName(_ index: Int) throws(ReadFailure) -> Bool {
    var next = index
    while let byte = byte(at: next), Bytes.isSpace(byte) { next += 1 }
    let start = next
    while let byte = byte(at: next), Bytes.isName(byte) || byte == UInt8(ascii: "\\") { next += 1 }
    let end = next
    while let byte = byte(at: next), Bytes.isSpace(byte) { next += 1 }
    guard let sign = byte(at: next) else { throw ending }
    return end > start && sign == UInt8(ascii: "=")
  }
}
