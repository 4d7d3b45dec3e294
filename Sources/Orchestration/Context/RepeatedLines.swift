/// The step that leaves out whole lines which stand above already, word for word.
///
/// What is looked for are windows: as many lines as make a number of bytes. A window that has been kept once is left
/// out wherever it comes again, with all the lines that go on being the same. One copy of every line stays.
struct RepeatedLines {
  /// The bytes of a window; the mark for it is shorter.
  private static let window = 80
  /// How much of the first line a mark shows, in bytes.
  private static let shownLabel = 20

  private let lines: LineTable
  private let hashes: [UInt64]

  init(_ lines: LineTable) {
    self.lines = lines
    let span = lines.bytes.span
    hashes = (0..<lines.count).map { Self.hash(lines.starts[$0]..<lines.starts[$0 + 1], in: span) }
  }

  func cuts(excess: Int) -> [ContextDraft.Cut] {
    var cuts: [ContextDraft.Cut] = []
    var excess = excess
    /// Where the windows that were kept begin, by what they say.
    var kept = HashedPlaces(capacity: lines.count)
    /// The line that was kept last and whose window is not known to be kept whole.
    var pending = 0
    var line = 0
    while line < lines.count, excess > 0 {
      let end = windowEnd(line)
      if let end, !isLocked(line..<end), let source = kept.first(of: hash(line..<end)), isSame(source, line, end - line)
      {
        let run = self.run(from: line, knownTo: end, source: source)
        let cut = ContextDraft.Cut(range: lines.range(line..<run), mark: mark(line..<run))
        cuts.append(cut)
        excess -= cut.gain
        line = run
        pending = run
        continue
      }
      line += 1
      while pending < line {
        guard let end = windowEnd(pending) else {
          pending += 1
          continue
        }
        guard end <= line else { break }
        kept.add(hash(pending..<end), at: pending)
        pending += 1
      }
    }
    return cuts
  }

  /// Behind the last line of the window that begins with a line; nil where none does.
  private func windowEnd(_ line: Int) -> Int? {
    guard !lines.traits[line].contains(.blank) else { return nil }
    var end = line
    var size = 0
    while size < Self.window {
      guard end < lines.count, !lines.traits[end].contains(.marked),
        end == line || !lines.traits[end].contains(.first)
      else { return nil }
      size += lines.size(of: end)
      end += 1
    }
    return end
  }

  private func isLocked(_ range: Range<Int>) -> Bool { range.contains { lines.traits[$0].isLocked } }

  private func hash(_ range: Range<Int>) -> UInt64 {
    range.reduce(0) { ($0 ^ hashes[$1]) &* 0x9E37_79B9_7F4A_7C15 }
  }

  /// Whether so many lines are the same from two lines on.
  private func isSame(_ source: Int, _ line: Int, _ count: Int) -> Bool {
    (0..<count).allSatisfy { isSame(source + $0, line + $0) }
  }

  private func isSame(_ source: Int, _ line: Int) -> Bool {
    let size = lines.size(of: line)
    guard hashes[source] == hashes[line], lines.size(of: source) == size else { return false }
    let span = lines.bytes.span
    let start = lines.starts[source]
    let other = lines.starts[line]
    for offset in 0..<size where span[start + offset] != span[other + offset] { return false }
    return true
  }

  /// Behind the last line that is the same as its counterpart above.
  private func run(from line: Int, knownTo known: Int, source: Int) -> Int {
    var end = known
    while end < lines.count, !lines.traits[end].isLocked, !lines.traits[end].contains(.first),
      isSame(source + end - line, end)
    {
      end += 1
    }
    return end
  }

  private func mark(_ range: Range<Int>) -> [UInt8] {
    let text = lines.range(range)
    let span = lines.bytes.span
    var start = text.lowerBound
    while span[start].isBlank { start += 1 }
    var end = start
    while end < text.upperBound, span[end] >= 0x20, span[end] != 0x7F, end - start < Self.shownLabel { end += 1 }
    // Never part a character.
    while end > start, end < text.upperBound, span[end] & 0xC0 == 0x80 { end -= 1 }
    let label = String(decoding: lines.bytes[start..<end], as: UTF8.self)
    let words = "\(Omission.counted(range.count, "line")) as above from \"\(label)\""
    return Omission.mark(words, isLine: span[text.upperBound - 1] == 0x0A)
  }

  /// Mixes eight bytes at a time.
  private static func hash(_ range: Range<Int>, in span: Span<UInt8>) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: range.count) &* 0xA076_1D64_78BD_642F
    var index = range.lowerBound
    while index + 8 <= range.upperBound {
      let word = unsafe span.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
      hash = (hash ^ word) &* 0xE703_7ED1_A0B4_28DB
      hash ^= hash >> 32
      index += 8
    }
    while index < range.upperBound {
      hash = (hash ^ UInt64(span[index])) &* 0x8EBC_6AF0_9C88_C6E3
      index += 1
    }
    return hash ^ hash >> 29
  }
}
