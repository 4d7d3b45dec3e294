/// Parts a text that is too long for one reader, so that the parts join to the text exactly.
///
/// A part ends before a heading where there is one, else before a definition or paragraph, else before a line, and only
/// where a line is longer than a part may be, between two of its characters.
package struct ContextSplitter: Sendable {
  /// How good a place is to part a text, the better the larger.
  private enum Rank: Int, Comparable {
    case line
    case block
    case paragraph
    case heading

    static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  /// The most bytes of a part.
  private let limit: Int

  /// Takes a limit of at least four bytes, the longest character.
  package init(limit: Int) {
    precondition(limit >= 4, "A part has room for a character.")
    self.limit = limit
  }

  /// Returns where the parts of a text are; none has more than the limit.
  package func parts(of text: [UInt8]) -> [Range<Int>] {
    let parts = [ContextPart(text)]
    let lines = LineTable(ContextDraft(parts), parts: parts, styles: nil)
    var ranges: [Range<Int>] = []
    var start = 0
    var line = 0
    while text.count - start > limit {
      let end = end(from: start, &line, lines)
      ranges.append(start..<end)
      start = end
    }
    if start < text.count { ranges.append(start..<text.count) }
    return ranges
  }

  /// Where the part that begins at `start` ends; `line` is the first line that may begin behind `start`.
  private func end(from start: Int, _ line: inout Int, _ lines: LineTable) -> Int {
    var best: (rank: Rank, offset: Int)?
    while line < lines.count, lines.starts[line] <= start + limit {
      let offset = lines.starts[line]
      if offset > start {
        let rank = rank(of: line, lines)
        // A good place counts for nothing where the part would be less than half full.
        let isLate = offset - start >= limit / 2
        if best.map({ isLate ? rank >= $0.rank || $0.offset - start < limit / 2 : true }) ?? true {
          best = (rank, offset)
        }
      }
      line += 1
    }
    if let best {
      while line > 0, lines.starts[line - 1] > best.offset { line -= 1 }
      return best.offset
    }
    let span = lines.bytes.span
    var end = start + limit
    while end > start + 1, span[end] & 0xC0 == 0x80 { end -= 1 }
    return end
  }

  private func rank(of line: Int, _ lines: LineTable) -> Rank {
    let traits = lines.traits[line]
    guard line > 0, !traits.contains(.blank) else { return .line }
    if traits.contains(.heading), !traits.contains(.code) { return .heading }
    let isIndented = lines.bytes[lines.starts[line]].isBlank
    let before = lines.traits[line - 1]
    if before.contains(.blank), !isIndented { return .paragraph }
    return before.contains(.blank) || !isIndented && lines.bytes[lines.starts[line - 1]].isBlank ? .block : .line
  }
}
