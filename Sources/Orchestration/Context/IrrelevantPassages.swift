/// The step that leaves out the passages which have the least to do with the task.
///
/// A passage counts by the words it shares with the query, rare ones more than common ones. The first passage of
/// each part stays, and so does the one that has most of the query.
struct IrrelevantPassages {
  private let lines: LineTable
  private let passages: [Range<Int>]
  private let terms: QueryTerms

  init(_ lines: LineTable, query: String) {
    self.lines = lines
    passages = Passages(lines).ranges
    let isGiven = query.utf8.contains { !$0.isBlank }
    let topic = passages.first.map { lines.bytes[lines.range($0)] } ?? []
    terms = isGiven ? QueryTerms(query.utf8) : QueryTerms(topic)
  }

  func cuts(excess: Int) -> [ContextDraft.Cut] {
    guard passages.count > 1 else { return [] }
    let isOpening = openings()
    let (order, best) = ranking()
    var groups = PassageGroups(count: passages.count)
    var gained = 0
    for passage in order where gained < excess && !isOpening[passage] && passage != best {
      let canFollow = isNeighbour(passage)
      let canPrecede = passage + 1 < passages.count && isNeighbour(passage + 1)
      let (parts, whole) = groups.add(passage, joinsPrevious: canFollow, joinsNext: canPrecede)
      gained += gain(of: whole) - parts.reduce(0) { $0 + gain(of: $1) }
    }
    return groups.all.compactMap { group in gain(of: group) > 0 ? cut(group) : nil }
  }

  /// What leaving out neighbouring passages saves, in bytes; nothing where the mark would be longer.
  private func gain(of group: Range<Int>) -> Int { max(0, range(of: group).count - markLength(of: group)) }

  private func range(of group: Range<Int>) -> Range<Int> {
    lines.range(passages[group.lowerBound].lowerBound..<passages[group.upperBound - 1].upperBound)
  }

  private func cut(_ group: Range<Int>) -> ContextDraft.Cut {
    let range = range(of: group)
    let mark = Self.mark(passages: group.count, bytes: range.count, isLine: lines.bytes[range.upperBound - 1] == 0x0A)
    return ContextDraft.Cut(range: range, mark: mark)
  }

  private static func mark(passages: Int, bytes: Int, isLine: Bool) -> [UInt8] {
    Omission.mark("\(Omission.counted(passages, "passage")), \(bytes) bytes, left out", isLine: isLine)
  }

  /// The length of a mark for as little as there can be; every digit more is a byte more.
  private static let shortestMark = mark(passages: 2, bytes: 1, isLine: true).count - 2

  private func markLength(of group: Range<Int>) -> Int {
    Self.shortestMark + Self.digits(group.count) + Self.digits(range(of: group).count)
  }

  private static func digits(_ number: Int) -> Int {
    var digits = 1
    var rest = number / 10
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    return digits
  }

  /// Whether each passage is the first of its part.
  private func openings() -> [Bool] {
    var isOpening: [Bool] = []
    var line = 0
    for passage in passages {
      isOpening.append((line...passage.lowerBound).contains { lines.traits[$0].contains(.first) })
      line = passage.lowerBound + 1
    }
    return isOpening
  }

  /// The passages from the least to the most relevant, and the one that has most of the query.
  private func ranking() -> (order: [Int], best: Int) {
    let span = lines.bytes.span
    let found = passages.map { terms.found(lines.range($0), in: span) }
    let sizes = passages.map { lines.range($0).count }
    var frequency = Array(repeating: 0, count: terms.count)
    for numbers in found {
      for number in numbers { frequency[number] += 1 }
    }
    let scores = found.map { numbers in
      numbers.reduce(0) { $0 + Double(passages.count) / Double(frequency[$1]) }
    }
    let order = passages.indices.sorted { left, right in
      if scores[left] != scores[right] { return scores[left] < scores[right] }
      return sizes[left] != sizes[right] ? sizes[left] > sizes[right] : left < right
    }
    // Not by the scores, which depend on what else is there.
    var best = 0
    for passage in passages.indices.dropFirst() {
      let left = (found[best].count, sizes[best])
      if (found[passage].count, sizes[passage]) > left { best = passage }
    }
    return (order, best)
  }

  /// Whether only blank lines stand between a passage and the one before it.
  private func isNeighbour(_ passage: Int) -> Bool {
    guard passage > 0 else { return false }
    let between = passages[passage - 1].upperBound..<passages[passage].lowerBound
    return between.allSatisfy { lines.traits[$0].contains(.blank) && !lines.traits[$0].isLocked }
  }
}
