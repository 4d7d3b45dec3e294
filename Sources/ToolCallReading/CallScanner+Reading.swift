extension CallScanner {
  /// The calls that no further text can take back.
  func settled() -> [FoundCall] {
    codeLeads ? [] : calls(in: .open, of: findings.prefix(openContents?.finding ?? findings.count))
  }

  /// What the whole text turned out to be.
  func reading() -> CallReading {
    let mistakes = findings.compactMap { finding -> CallMistake? in
      guard finding.place != .thinking, case .failure(let mistake) = finding.result else { return nil }
      guard let failure = finding.failure else { return mistake }
      return .unreadable(index.tools.first { $0.name == mistake.name }, reason(at: failure))
    }
    let counted = placeThatCounts(mistakes)
    let calls = counted.map { self.calls(in: $0) } ?? []
    return CallReading(
      calls: calls,
      mistakes: mistakes,
      callsBeforeMistake: calls.isEmpty ? 0 : callsBeforeMistake(in: counted),
      text: calls.isEmpty ? String(decoding: bytes, as: UTF8.self) : text(without: counted)
    )
  }

  private func calls(in place: Place, of findings: ArraySlice<Finding>? = nil) -> [FoundCall] {
    (findings ?? self.findings[...]).compactMap { finding in
      guard finding.place == place, case .success(let call) = finding.result else { return nil }
      return call
    }
  }

  private func callsBeforeMistake(in place: Place?) -> Int {
    var count = 0
    for finding in findings where finding.place != .thinking || finding.place == place {
      guard case .success = finding.result else { break }
      if finding.place == place { count += 1 }
    }
    return count
  }

  private func placeThatCounts(_ mistakes: [CallMistake]) -> Place? {
    if !codeLeads, !calls(in: .open).isEmpty { return .open }
    if let codeEnd { return mistakes.isEmpty && !namesOtherThings(after: codeEnd) ? .code : nil }
    return mistakes.isEmpty ? .thinking : nil
  }

  /// Whether something else is called by name in what follows a block of code, so that the code is an example.
  private func namesOtherThings(after start: Int) -> Bool {
    var next = start
    while next < bytes.count {
      guard bytes[next] == UInt8(ascii: "\"") || bytes[next] == UInt8(ascii: "'") else {
        next += 1
        continue
      }
      next += 1
      var reader = LenientReader(bytes, at: next, isFinal: true)
      while let byte = reader.peek, Bytes.isLetter(byte) || byte == UInt8(ascii: "_") { reader.position += 1 }
      guard CallShape.nameKeys.contains(String(decoding: bytes[next..<reader.position], as: UTF8.self)) else {
        next = reader.position
        continue
      }
      reader.position += 1
      reader.skipSpace()
      guard reader.take(":") else { continue }
      reader.skipSpace()
      if let name = try? reader.string(in: .members), index.tool(name) == nil { return true }
    }
    return false
  }

  /// The text around the calls, without the marks and brackets next to them.
  private func text(without place: Place?) -> String {
    var kept: [UInt8] = []
    var start = 0
    for finding in findings {
      guard finding.place == place, case .success = finding.result, finding.range.lowerBound >= start else { continue }
      append(bytes[start..<beforeMarks(finding.range.lowerBound, from: start)], to: &kept)
      start = afterMarks(finding.range.upperBound)
    }
    append(bytes[start...], to: &kept)
    return String(decoding: kept, as: UTF8.self)
  }

  private func append(_ part: ArraySlice<UInt8>, to kept: inout [UInt8]) {
    var part = part
    while let first = part.first, Bytes.isSpace(first) { part.removeFirst() }
    while let last = part.last, Bytes.isSpace(last) { part.removeLast() }
    guard !part.isEmpty else { return }
    if !kept.isEmpty { kept.append(0x0A) }
    kept += part
  }

  private func beforeMarks(_ end: Int, from start: Int) -> Int {
    var end = end
    while end > start {
      let byte = bytes[end - 1]
      if Bytes.isSpace(byte) || "[(,;'\"`".utf8.contains(byte) {
        end -= 1
      } else if let mark = markEnding(at: end, from: start) {
        end = mark
      } else {
        break
      }
    }
    return end
  }

  /// Where the mark begins that ends here: a tag, a word in brackets, or the label of a block.
  private func markEnding(at end: Int, from start: Int) -> Int? {
    let near = bytes[max(start, end - 48)..<end]
    switch near.last {
    case UInt8(ascii: ">"): return near.lastIndex(of: UInt8(ascii: "<"))
    case UInt8(ascii: "]"): return near.lastIndex(of: UInt8(ascii: "["))
    default:
      guard let line = near.lastIndex(of: 0x0A) ?? (near.startIndex == start ? start - 1 : nil),
        near[(line + 1)...].starts(with: "```".utf8), near[(line + 1)...].dropFirst(3).allSatisfy(Bytes.isName)
      else { return nil }
      return line + 1
    }
  }

  private func afterMarks(_ start: Int) -> Int {
    var start = start
    while start < bytes.count {
      let byte = bytes[start]
      if Bytes.isSpace(byte) || "]),;'\"`}".utf8.contains(byte) {
        start += 1
      } else if byte == UInt8(ascii: "<"), let close = bytes[start...].prefix(48).firstIndex(of: UInt8(ascii: ">")),
        bytes[start + 1..<close].contains(UInt8(ascii: "/")) || bytes[start + 1..<close].contains(UInt8(ascii: "|"))
          || bytes[start + 1..<close].starts(with: "end".utf8)
      {
        start = close + 1
      } else {
        break
      }
    }
    return start
  }
}
