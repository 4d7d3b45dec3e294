/// A block of code between rows of backticks.
struct Fence {
  /// How many backticks opened it.
  let width: Int
  /// Where its contents begin.
  let start: Int
  /// Whether what is in it is looked at.
  let isRead: Bool
}

extension CallScanner {
  /// The names that models give to blocks of calls; a block of any other language is the text of a program.
  private static let callLabels: Set<String> = [
    "tool_call", "tool_calls", "tool_code", "tool", "tools", "function", "functions",
    "function_call", "action",
  ]

  /// The labels of blocks that may hold calls as well as anything else.
  private static let plainLabels: Set<String> = ["", "json", "json5", "jsonc", "xml", "text", "txt", "plaintext"]

  /// Looks at a row of backticks, which opens or closes a block of code if it is of three or more.
  mutating func backtick() throws(ReadFailure) {
    let start = position
    var end = start
    while end < bytes.count, bytes[end] == UInt8(ascii: "`") { end += 1 }
    guard end < bytes.count || isFinal else { throw .incomplete }
    guard end - start >= 3 else {
      position = end
      return
    }
    if let fence {
      if end - start >= fence.width { closeFence(at: start) }
      position = end
      return
    }
    var lineEnd = end
    while lineEnd < bytes.count, bytes[lineEnd] != 0x0A, lineEnd - end < 64 { lineEnd += 1 }
    guard lineEnd < bytes.count || isFinal || lineEnd - end >= 64 else { throw .incomplete }
    let label = bytes[end..<lineEnd].filter { !Bytes.isSpace($0) }
    guard label.allSatisfy({ Bytes.isName($0) || "+-#.".utf8.contains($0) }) else {
      // What is meant as a block stands on the line of its opening.
      fence = Fence(width: end - start, start: end, isRead: true)
      position = end
      return
    }
    let word = String(decoding: label, as: UTF8.self).lowercased()
    var isRead = Self.callLabels.contains(word)
    if Self.plainLabels.contains(word) { isRead = try opensWithCall(lineEnd) }
    let isCode = word == "python" || word == "py"
    if isCode, place == .open, codeEnd == nil {
      place = .code
      codeStart = findings.count
      isRead = true
    }
    fence = Fence(width: end - start, start: lineEnd, isRead: isRead)
    position = lineEnd
  }

  /// Whether nothing but white space, thinking and the label of a block comes before.
  private func opensText(_ start: Int) -> Bool {
    let label = "```python".utf8
    return bytes[textStart..<start].filter { !Bytes.isSpace($0) }.count <= label.count
  }

  /// Whether a block's first word could begin a call, so that the block is no program.
  private func opensWithCall(_ start: Int) throws(ReadFailure) -> Bool {
    var next = start
    while next < bytes.count, Bytes.isSpace(bytes[next]) { next += 1 }
    guard next < bytes.count else {
      guard isFinal else { throw .incomplete }
      return false
    }
    if "[{<\"'(".utf8.contains(bytes[next]) { return true }
    var end = next
    while end < bytes.count, Bytes.isToolName(bytes[end]) || bytes[end] == UInt8(ascii: "\\") { end += 1 }
    guard end < bytes.count || isFinal else { throw .incomplete }
    return end > next && index.tool(nameText(next..<end)) != nil
  }

  private func nameText(_ range: Range<Int>) -> String {
    String(decoding: bytes[range].filter { $0 != UInt8(ascii: "\\") }, as: UTF8.self)
  }

  mutating func closeFence(at end: Int) {
    if place == .code {
      place = .open
      if let fence, isOnlyCalls(fence.start..<end) {
        codeEnd = end
        codeLeads = !findings.contains { $0.place == .open } && opensText(fence.start)
      } else {
        takeBack(from: codeStart)
      }
    }
    fence = nil
  }

  /// Whether a block holds nothing but what was found in it.
  private func isOnlyCalls(_ range: Range<Int>) -> Bool {
    var next = range.lowerBound
    for finding in findings[codeStart...] where finding.range.lowerBound >= next {
      guard isPunctuation(next..<finding.range.lowerBound) else { return false }
      next = finding.range.upperBound
    }
    return next > range.lowerBound && next <= range.upperBound && isPunctuation(next..<range.upperBound)
  }

  private func isPunctuation(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { Bytes.isSpace($0) || "[](),;'\"`".utf8.contains($0) }
  }

  /// Goes on behind a block that is not looked at.
  mutating func skipFence() throws(ReadFailure) {
    guard let width = fence?.width else { return }
    var next = position
    while next < bytes.count {
      guard bytes[next] == UInt8(ascii: "`") else {
        next += 1
        continue
      }
      var end = next
      while end < bytes.count, bytes[end] == UInt8(ascii: "`") { end += 1 }
      guard end < bytes.count || isFinal else {
        position = next
        throw .incomplete
      }
      if end - next >= width {
        fence = nil
        position = end
        return
      }
      next = end
    }
    position = next
  }
}
