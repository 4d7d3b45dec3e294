import JSON

extension CallScanner {
  /// Looks at an opening brace: an object that is a call, or the arguments of a name before it.
  mutating func brace() throws(ReadFailure) {
    let start = position
    if let named = nameBefore(start) { return try objectOfName(named, start) }
    guard standsFree(start) else {
      position += 1
      return
    }
    var reader = reader(at: start)
    do throws(ReadFailure) {
      let object = try reader.object()
      let candidate = shape.candidate(object, reader.mends)
      note(cut(candidate, reader.unclosed), start..<reader.position)
    } catch .incomplete {
      awaited = reader.awaited
      throw .incomplete
    } catch .malformed {
      let (isCall, tool) = beginsCall(start, before: reader.position)
      fail(tool, isCall: isCall, from: start, at: reader.position)
    }
  }

  /// Marks calls whose arguments the end of the text closed; one bracket may lack around the arguments.
  private func cut(_ candidate: Candidate, _ unclosed: Int) -> Candidate {
    guard unclosed > 1, case .calls(let calls) = candidate else { return candidate }
    return .calls(
      calls.map { call in
        var call = call
        call.isCut = true
        return call
      }
    )
  }

  /// Whether an object that could not be read was to be a call, and of which tool.
  private func beginsCall(_ start: Int, before end: Int) -> (Bool, ToolSchema?) {
    guard end > start else { return (false, nil) }
    var reader = LenientReader(Array(bytes[start..<end].prefix(512)), at: 1, isFinal: true)
    reader.skipSpace()
    guard let key = try? reader.key(), shape.beginsCall(key) else { return (false, nil) }
    if let tool = index.tool(key)?.tool { return (true, tool) }
    reader.skipSpace()
    guard reader.take(":") else { return (false, nil) }
    reader.skipSpace()
    if let name = try? reader.string(in: .members) { return index.tool(name).map { (true, $0.tool) } ?? (false, nil) }
    return (CallShape.argumentKeys.contains(key) || reader.peek == UInt8(ascii: "{"), nil)
  }

  private mutating func objectOfName(_ named: NamedPlace, _ start: Int) throws(ReadFailure) {
    var reader = reader(at: start)
    do throws(ReadFailure) {
      var call = RawCall(tool: named.tool, mends: named.mends)
      call.named = try reader.object()
      call.mends.formUnion(reader.mends)
      call.isCut = reader.unclosed > 0
      if call.named["properties"]?.object != nil, named.tool.properties["properties"] == nil {
        return note(.other, start..<reader.position)
      }
      let unwrapped = shape.candidate(call.named, call.mends)
      let marks = reader.usesTokens ? ContentMarks.tokens : nil
      if case .calls = unwrapped { return note(unwrapped, named.start..<reader.position, marks: marks) }
      note(.calls([call]), named.start..<reader.position, marks: marks)
    } catch .incomplete {
      awaited = reader.awaited
      throw .incomplete
    } catch .malformed {
      fail(named.tool, isCall: true, from: start, at: reader.position)
    }
  }

  /// Looks at an opening parenthesis: the arguments of an offered tool, or of one that is not.
  mutating func parenthesis() throws(ReadFailure) {
    let start = position
    guard let name = nameRange(endingAt: start), standsFree(name.lowerBound) else {
      position += 1
      return
    }
    let known = tool(at: name)
    guard known != nil || (place != .thinking && opensList(name.lowerBound)) else {
      position += 1
      return
    }
    let nameStart = known?.start ?? name.lowerBound
    var reader = reader(at: start + 1)
    if bytes[nameStart..<start].contains(UInt8(ascii: "\\")) {
      reader.escapesMarkdown = true
      reader.mends.insert(.escapedMarkdown)
    }
    do throws(ReadFailure) {
      let arguments = try reader.arguments()
      guard try endsStatement(reader.position) else {
        position = start + 1
        return
      }
      let range = nameStart..<reader.position
      guard let known else {
        guard arguments.positional.isEmpty else {
          position = start + 1
          return
        }
        return note(.mistake(.unknownTool(String(decoding: bytes[name], as: UTF8.self), among: index)), range)
      }
      if arguments.positional.count == 1, case .object(let object) = arguments.positional[0],
        object.contains(where: { CallShape.nameKeys.contains($0.key) })
      {
        // A value that could itself be a call can be meant in two ways.
        return note(.other, range)
      }
      var call = RawCall(tool: known.tool, mends: reader.mends.union(known.mends))
      call.positional = arguments.positional
      call.named = arguments.named
      call.isCut = reader.unclosed > 0
      note(.calls([call]), range)
    } catch .incomplete {
      awaited = reader.awaited
      throw .incomplete
    } catch .malformed {
      fail(
        known?.tool,
        isCall: known != nil && looksNamed(start + 1, before: reader.position),
        from: start,
        at: reader.position
      )
    }
  }

  /// Whether what follows an opening parenthesis is `name=` or a value in quotes, as in a call.
  private func looksNamed(_ start: Int, before end: Int) -> Bool {
    var reader = LenientReader(Array(bytes[start..<max(start, end)].prefix(256)), at: 0, isFinal: true)
    reader.skipSpace()
    guard let byte = reader.peek else { return true }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "{") { return true }
    while let byte = reader.peek, Bytes.isName(byte) || byte == UInt8(ascii: "\\") { reader.position += 1 }
    reader.skipSpace()
    return reader.peek == UInt8(ascii: "=")
  }
}
