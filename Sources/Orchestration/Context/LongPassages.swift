/// The step that leaves out the middle of long passages, the oldest first.
struct LongPassages {
  /// Shorter passages stay whole; in bytes.
  private static let longest = 1600
  /// What stays at the beginning and at the end at least; in bytes.
  private static let leastKept = 500
  /// No mark is longer; in bytes.
  private static let longestMark = 64

  private let lines: LineTable

  init(_ lines: LineTable) {
    self.lines = lines
  }

  func cuts(excess: Int) -> [ContextDraft.Cut] {
    var cuts: [ContextDraft.Cut] = []
    var excess = excess
    for passage in Passages(lines).ranges where excess > 0 {
      guard lines.range(passage).count > Self.longest else { continue }
      let cut = cut(passage, by: excess)
      cuts.append(cut)
      excess -= cut.gain
    }
    return cuts
  }

  /// Takes out as much as is asked, or as may be.
  private func cut(_ passage: Range<Int>, by excess: Int) -> ContextDraft.Cut {
    let text = lines.range(passage)
    let kept = max(Self.leastKept, (text.count - excess - Self.longestMark) / 2)
    let span = lines.bytes.span
    var first = passage.lowerBound
    while lines.starts[first + 1] <= text.lowerBound + kept { first += 1 }
    var last = passage.upperBound
    while lines.starts[last - 1] >= text.upperBound - kept { last -= 1 }
    if first > passage.lowerBound, last < passage.upperBound {
      let range = lines.range(first..<last)
      let words = "\(Omission.counted(last - first, "line")), \(range.count) bytes, left out"
      return ContextDraft.Cut(range: range, mark: Omission.mark(words, isLine: true))
    }
    // A line longer than what may stay is parted, between two characters.
    var start = text.lowerBound + kept
    while span[start] & 0xC0 == 0x80 { start -= 1 }
    var end = text.upperBound - kept
    while span[end] & 0xC0 == 0x80 { end += 1 }
    let mark = Omission.mark("\(end - start) bytes left out", isLine: false)
    return ContextDraft.Cut(range: start..<end, mark: mark)
  }
}
