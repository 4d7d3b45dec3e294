/// The step that leaves out long runs of white space, outside code.
struct BlankRuns {
  /// A shorter run in a line costs a model no more than the mark for it.
  private static let shortestInLine = 32

  private let lines: LineTable

  init(_ lines: LineTable) {
    self.lines = lines
  }

  func cuts(excess: Int) -> [ContextDraft.Cut] {
    var cuts: [ContextDraft.Cut] = []
    var excess = excess
    func add(_ range: Range<Int>, _ words: String, isLine: Bool) {
      let cut = ContextDraft.Cut(range: range, mark: Omission.mark(words, isLine: isLine))
      guard cut.gain > 0 else { return }
      cuts.append(cut)
      excess -= cut.gain
    }
    let span = lines.bytes.span
    var line = 0
    while line < lines.count, excess > 0 {
      let traits = lines.traits[line]
      if traits.isLocked || traits.contains(.output) {
        line += 1
      } else if traits.contains(.blank) {
        var end = line + 1
        while end < lines.count, lines.traits[end].isOpenBlank { end += 1 }
        let range = lines.range(line..<end)
        let isWhole = span[range.upperBound - 1] == 0x0A
        add(range, Omission.counted(end - line, "blank line"), isLine: isWhole)
        line = end
      } else {
        // Where the line does not begin with the run, which would be its indentation.
        var position = lines.starts[line]
        let end = lines.starts[line + 1]
        while position < end, span[position].isBlank { position += 1 }
        while position < end {
          guard span[position] == 0x20 || span[position] == 0x09 else {
            position += 1
            continue
          }
          let start = position
          while position < end, span[position] == 0x20 || span[position] == 0x09 { position += 1 }
          if position - start >= Self.shortestInLine, excess > 0 {
            add(start..<position, "\(position - start) blanks", isLine: false)
          }
        }
        line += 1
      }
    }
    return cuts
  }
}

extension LineTable.Traits {
  /// Whether a run of blank lines goes on with this line.
  fileprivate var isOpenBlank: Bool { contains(.blank) && !isLocked && isDisjoint(with: [.first, .output]) }
}
