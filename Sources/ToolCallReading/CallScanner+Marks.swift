import JSON

extension CallScanner {
  private static let callTags: Set<String> = [
    "function", "invoke", "tool", "tool_call", "tool_use", "call", "function_call",
  ]
  private static let thinkingTags: Set<String> = ["think", "thinking", "thought", "reasoning"]

  /// Looks at an opening angle bracket: a mark, or a call in tags.
  mutating func angle() throws(ReadFailure) {
    let start = position
    guard let next = bytes.count > start + 1 ? bytes[start + 1] : nil else {
      guard isFinal else { throw .incomplete }
      position += 1
      return
    }
    if let contents = openContents {
      if contents.marks.closes(at: start, in: bytes[...]) { return doubt(contents, at: start) }
      if !isFinal, contents.marks.mayClose(with: bytes[start...]) { throw .incomplete }
    }
    if next == UInt8(ascii: "|") { return try token() }
    guard Bytes.isLetter(next) || next == UInt8(ascii: "/") else {
      position += 1
      return
    }
    var reader = reader(at: start)
    guard let tag = try reader.tag() else {
      position += 1
      return
    }
    if Self.thinkingTags.contains(tag.name), tag.value == nil {
      if tag.isClosing {
        beginGroup()
        place = .open
        textStart = reader.position
      } else if place == .open, standsFree(start) {
        place = .thinking
      }
      position = reader.position
      return
    }
    if tag.name == "arg_key", !tag.isClosing, let named = nameBefore(start) {
      reader.position = start
      try markup(RawCall(tool: named.tool, mends: named.mends), named.start, &reader)
      return
    }
    if tag.name == "tool_name", !tag.isClosing, let name = try reader.plainText(),
      let (tool, mends) = index.tool(name)
    {
      try markup(RawCall(tool: tool, mends: mends), start, &reader)
      return
    }
    guard !tag.isClosing, let named = named(tag, start) else {
      position = reader.position
      return
    }
    guard let tool = named.tool else {
      if place != .thinking { note(.mistake(.unknownTool(named.name, among: index)), start..<reader.position) }
      position = reader.position
      return
    }
    try markup(RawCall(tool: tool.tool, mends: tool.mends), start, &reader)
  }

  /// Reads the arguments in tags of a call that began at `start`.
  private mutating func markup(_ begun: RawCall, _ start: Int, _ reader: inout LenientReader) throws(ReadFailure) {
    var call = begun
    do throws(ReadFailure) {
      try reader.markupArguments(of: &call)
      call.mends.formUnion(reader.mends)
      let range = start..<reader.position
      let marks = ContentMarks(tags: reader.argumentTags)
      if call.tool.changesFiles, !marks.areEven(in: bytes[range]) { throw .malformed }
      note(.calls([call]), range, marks: marks)
    } catch .incomplete {
      awaited = reader.awaited
      throw .incomplete
    } catch .malformed {
      fail(call.tool, isCall: true, from: start, at: reader.position)
    }
  }

  /// The tool that a tag calls; nil if it calls none.
  private func named(_ tag: MarkupTag, _ start: Int) -> (name: String, tool: (tool: ToolSchema, mends: Mends)?)? {
    if let name = tag.value {
      guard Self.callTags.contains(tag.name) else { return nil }
      return (name, index.tool(name))
    }
    guard let tool = index.tool(tag.name), tool.mends.isEmpty, standsFree(start) else { return nil }
    return (tag.name, tool)
  }

  /// Reads `<|…|>` marks, of which those of Harmony carry the name of the tool.
  private mutating func token() throws(ReadFailure) {
    let start = position
    var reader = reader(at: start)
    var isHeader = try reader.takeWord("<|channel|>")
    if !isHeader { isHeader = try reader.takeWord("<|start|>") }
    guard isHeader else {
      position += 2
      return
    }
    // "<|channel|>commentary to=functions.NAME <|constrain|>json<|message|>{…}<|call|>"
    let header = reader.position
    while true {
      while let byte = reader.peek, byte != UInt8(ascii: "<"), reader.position - header < 256 { reader.position += 1 }
      guard reader.position - header < 256 else {
        position = header
        return
      }
      guard reader.peek != nil else { throw reader.ending }
      if try reader.takeWord("<|message|>") { break }
      reader.position += 1
    }
    let words = bytes[header..<reader.position].split { Bytes.isSpace($0) || $0 == UInt8(ascii: "<") }
    guard let target = words.first(where: { $0.starts(with: "to=".utf8) }) else {
      place =
        words.contains { $0.starts(with: "analysis".utf8) || $0.starts(with: "|>analysis".utf8) } ? .thinking : .open
      textStart = reader.position
      position = reader.position
      return
    }
    place = .open
    let name = String(decoding: target.dropFirst(3), as: UTF8.self)
    reader.skipSpace()
    guard reader.peek != nil else { throw reader.ending }
    guard let (tool, mends) = index.tool(name) else {
      return note(.mistake(.unknownTool(name, among: index)), start..<reader.position)
    }
    guard reader.peek == UInt8(ascii: "{") else {
      return fail(tool, isCall: true, from: start, at: reader.position)
    }
    do throws(ReadFailure) {
      var call = RawCall(tool: tool, mends: mends)
      call.named = try reader.object()
      call.mends.formUnion(reader.mends)
      call.isCut = reader.unclosed > 0
      note(.calls([call]), start..<reader.position)
    } catch .incomplete {
      awaited = reader.awaited
      throw .incomplete
    } catch .malformed {
      fail(tool, isCall: true, from: start, at: reader.position)
    }
  }
}
