/// The passage of a file that is most like a text that does not occur in it.
struct NearestText {
  let excerpt: String
  let differsInSpaceOnly: Bool
  let hasTabs: Bool

  init?(to wanted: [UInt8], in lines: TextLines) {
    if let range = Self.rangeIgnoringSpace(of: wanted, in: lines) {
      excerpt = lines.excerpt(range)
      differsInSpaceOnly = true
      hasTabs = range.contains { lines.line($0).contains(UInt8(ascii: "\t")) } && !wanted.contains(UInt8(ascii: "\t"))
      return
    }
    let wanted = TextLines(wanted)
    guard let first = Self.alignment(of: wanted, in: lines) ?? Self.likest(wanted, in: lines) else { return nil }
    excerpt = lines.excerpt((first - 2)...(first + wanted.count + 1))
    differsInSpaceOnly = false
    hasTabs = false
  }

  /// The lines that hold `wanted` when white space is left out on both sides.
  private static func rangeIgnoringSpace(of wanted: [UInt8], in lines: TextLines) -> ClosedRange<Int>? {
    let offsets = lines.bytes.indices.filter { !lines.bytes[$0].isASCIISpace }
    let bare = wanted.filter { !$0.isASCIISpace }
    guard let place = ByteSearch.offsets(of: bare, in: offsets.map { lines.bytes[$0] }, most: 1).first else {
      return nil
    }
    return lines.number(at: offsets[place])...lines.number(at: offsets[place + bare.count - 1])
  }

  /// The first line of the position in which most of the wanted lines stand where they should.
  private static func alignment(of wanted: TextLines, in lines: TextLines) -> Int? {
    var places: [[UInt8]: [Int]] = [:]
    for number in wanted.ranges.indices {
      let key = bare(wanted.line(number + 1))
      if key.count >= 3 { places[key, default: []].append(number) }
    }
    var votes: [Int: Int] = [:]
    for number in lines.ranges.indices {
      let key = bare(lines.line(number + 1))
      for place in places[key] ?? [] { votes[number - place, default: 0] += min(key.count, 40) }
    }
    let best = votes.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
    return best.map { max($0.key + 1, 1) }
  }

  /// The line that shares most pairs of characters with the longest wanted line, if it is half of them.
  private static func likest(_ wanted: TextLines, in lines: TextLines) -> Int? {
    let keys = wanted.ranges.indices.map { bare(wanted.line($0 + 1)) }
    guard let longest = keys.indices.max(by: { keys[$0].count < keys[$1].count }) else { return nil }
    let pairs = Self.pairs(of: keys[longest])
    var best = (score: 0.5, line: 0)
    for number in lines.ranges.indices {
      let other = Self.pairs(of: bare(lines.line(number + 1)))
      let total = pairs.count + other.count
      guard total > 0, 4 * min(pairs.count, other.count) >= total else { continue }
      let score = 2 * Double(pairs.intersection(other).count) / Double(total)
      if score > best.score { best = (score, number + 1) }
    }
    return best.line == 0 ? nil : max(best.line - longest, 1)
  }

  private static func bare(_ line: ArraySlice<UInt8>) -> [UInt8] {
    line.prefix(400).filter { !$0.isASCIISpace }
  }

  private static func pairs(of bytes: [UInt8]) -> Set<UInt16> {
    Set(zip(bytes, bytes.dropFirst()).map { UInt16($0) << 8 | UInt16($1) })
  }
}
