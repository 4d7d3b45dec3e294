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
    var isWanted = [Bool](repeating: false, count: 1 << 16)
    for pair in pairs(of: keys[longest]) { isWanted[pair] = true }
    let wantedCount = keys[longest].count - 1
    var best = (score: 0.5, line: 0)
    for number in lines.ranges.indices {
      let pairs = pairs(of: bare(lines.line(number + 1)))
      guard 4 * min(wantedCount, pairs.count) >= wantedCount + pairs.count else { continue }
      let hits = pairs.count { isWanted[$0] }
      let score = 2 * Double(min(hits, wantedCount)) / Double(wantedCount + pairs.count)
      if score > best.score { best = (score, number + 1) }
    }
    return best.line == 0 ? nil : max(best.line - longest, 1)
  }

  private static func bare(_ line: ArraySlice<UInt8>) -> [UInt8] {
    line.prefix(400).filter { !$0.isASCIISpace }
  }

  /// Two neighbouring bytes each, as one number.
  private static func pairs(of bytes: [UInt8]) -> [Int] {
    bytes.indices.dropLast().map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
  }
}
