import JSON

/// A tag such as `<function=name>`, `<invoke name="name">` or `</parameter>`.
struct MarkupTag {
  let isClosing: Bool
  let name: String
  /// What stands after an equals sign or as the attribute `name`.
  let value: String?
}

extension LenientReader {
  private static let longestTag = 256

  /// Reads the tag that begins at the position, and goes past it; nil, and nothing read, if it is none.
  mutating func tag() throws(ReadFailure) -> MarkupTag? {
    let start = position
    guard take("<") else { return nil }
    let isClosing = take("/")
    let nameStart = position
    while let byte = peek, Bytes.isName(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":") {
      position += 1
    }
    let name = bytes[nameStart..<position]
    var close = position
    while close < limit, close - start < Self.longestTag, bytes[close] != UInt8(ascii: ">"),
      bytes[close] != UInt8(ascii: "<"), bytes[close] != 0x0A
    {
      close += 1
    }
    guard close < limit else {
      position = start
      if isFinal || close - start >= Self.longestTag { return nil }
      throw .incomplete
    }
    guard bytes[close] == UInt8(ascii: ">"), !name.isEmpty,
      let value = Self.attribute(bytes[position..<close])
    else {
      position = start
      return nil
    }
    position = close + 1
    return MarkupTag(isClosing: isClosing, name: String(decoding: name, as: UTF8.self), value: value.text)
  }

  /// The value after an equals sign or of the attribute `name`; nil if the text is neither and not empty.
  private static func attribute(_ text: ArraySlice<UInt8>) -> (text: String?, Void)? {
    var rest = text.drop(while: Bytes.isSpace)
    while let last = rest.last, Bytes.isSpace(last) || last == UInt8(ascii: "/") { rest = rest.dropLast() }
    if rest.isEmpty { return (nil, ()) }
    guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let key = rest[..<equals].filter { !Bytes.isSpace($0) }
    guard key.isEmpty || key.elementsEqual("name".utf8) || key.elementsEqual("function".utf8) else { return nil }
    rest = rest[(equals + 1)...].drop(while: Bytes.isSpace)
    if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      rest = rest.dropFirst()
      rest = rest[..<(rest.firstIndex(of: quote) ?? rest.endIndex)]
    } else if !key.isEmpty {
      rest = rest.prefix { !Bytes.isSpace($0) }
    }
    return (String(decoding: rest, as: UTF8.self), ())
  }

  /// Reads the arguments between the opening tag of a call and its end; the position is after that tag.
  mutating func markupArguments(of call: inout RawCall) throws(ReadFailure) {
    while true {
      skipSpace()
      guard let byte = peek else {
        guard isFinal else { throw .incomplete }
        call.isCut = true
        call.mends.insert(.missingClose)
        return
      }
      if byte == UInt8(ascii: "{"), call.named.isEmpty {
        call.named = try object()
        call.isCut = unclosed > 0
        continue
      }
      let start = position
      guard let tag = try tag() else { throw .malformed }
      if tag.isClosing {
        if Self.groupTags.contains(tag.name) { continue }
        // The end of what is around the call stays for the one who reads that.
        if Self.markTags.contains(tag.name), call.tool.name != tag.name { position = start }
        return
      }
      if Self.groupTags.contains(tag.name), tag.value == nil { continue }
      let (key, text) = try markupArgument(tag, call)
      guard call.named[key] == nil else { throw .malformed }
      call.named[key] = .string(text)
    }
  }

  /// Reads a word up to a closing tag and past that; nil, and nothing read, if something else follows.
  mutating func plainText() throws(ReadFailure) -> String? {
    let start = position
    skipSpace()
    let wordStart = position
    while let byte = peek, Bytes.isToolName(byte) { position += 1 }
    let word = bytes[wordStart..<position]
    skipSpace()
    guard peek != nil else { throw ending }
    if peek == UInt8(ascii: "<"), let tag = try tag(), tag.isClosing, !word.isEmpty {
      return String(decoding: word, as: UTF8.self)
    }
    position = start
    return nil
  }

  private static let groupTags: Set<String> = ["arguments", "parameters", "args", "params", "input"]
  private static let markTags: Set<String> = ["tool_call", "tool_calls", "function_calls", "toolcall"]
  private static let genericTags: Set<String> = ["parameter", "param", "argument", "arg"]

  private mutating func markupArgument(_ tag: MarkupTag, _ call: RawCall) throws(ReadFailure) -> (String, String) {
    argumentTags.insert(tag.name == "arg_key" ? "arg_value" : tag.name)
    if tag.name == "arg_key" {
      let key = try markupText("arg_key", call, isBlock: false)
      skipSpace()
      guard peek != nil else { throw ending }
      guard let next = try self.tag(), next.name == "arg_value", !next.isClosing else { throw .malformed }
      return (key, try markupText("arg_value", call, isBlock: true))
    }
    if Self.genericTags.contains(tag.name), let key = tag.value {
      return (key, try markupText(tag.name, call, isBlock: true))
    }
    guard tag.value == nil, call.tool.properties[tag.name] != nil else { throw .malformed }
    return (tag.name, try markupText(tag.name, call, isBlock: true))
  }

  /// Reads the text up to the closing tag `name`, byte for byte, but for the line breaks next to the tags.
  private mutating func markupText(_ name: String, _ call: RawCall, isBlock: Bool) throws(ReadFailure) -> String {
    let start = position
    let closing = Array("</\(name)>".utf8)
    while true {
      while position < limit, bytes[position] != UInt8(ascii: "<") { position += 1 }
      guard position + closing.count <= limit else { throw unended(closing, from: position) }
      if bytes[position..<(position + closing.count)].elementsEqual(closing) {
        if !isBlock { break }
        if try continues(after: position + closing.count, call) { break }
      }
      position += 1
    }
    var text = bytes[start..<position]
    position += closing.count
    // A value that was written as a block stands between two line breaks that are not part of it.
    if text.first == 0x0A {
      text = text.dropFirst()
      if text.last == 0x0A { text = text.dropLast() }
    } else if text.starts(with: [0x0D, 0x0A]) {
      text = text.dropFirst(2)
      if text.suffix(2) == [0x0D, 0x0A] { text = text.dropLast(2) }
    }
    guard let string = String(validating: text, as: UTF8.self) else { throw .malformed }
    return string
  }

  /// Whether a call goes on or ends here, so that what was before is the end of an argument.
  private func continues(after index: Int, _ call: RawCall) throws(ReadFailure) -> Bool {
    var reader = self
    reader.position = index
    reader.skipSpace()
    guard reader.peek != nil else {
      guard isFinal else { throw .incomplete }
      return true
    }
    guard let tag = try reader.tag() else { return false }
    if tag.isClosing {
      return tag.name == "function" || tag.name == "invoke" || tag.name == call.tool.name
        || tag.name.utf8.starts(with: "tool".utf8) || Self.groupTags.contains(tag.name) || tag.name == "call"
    }
    return tag.name == "arg_key" || (Self.genericTags.contains(tag.name) && tag.value != nil)
      || (tag.value == nil && call.tool.properties[tag.name] != nil)
  }
}
