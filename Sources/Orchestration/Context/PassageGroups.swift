/// Passages that are chosen one by one, with those next to each other as one group.
struct PassageGroups {
  /// At the first and the last passage of a group, where it ends at the other side.
  private var otherEnd: [Int?]

  init(count: Int) {
    otherEnd = Array(repeating: nil, count: count)
  }

  /// Adds a passage; returns the groups that it joins, and the group that they are now.
  mutating func add(_ passage: Int, joinsPrevious: Bool, joinsNext: Bool) -> (parts: [Range<Int>], whole: Range<Int>) {
    var parts: [Range<Int>] = []
    var first = passage
    var last = passage
    if joinsPrevious, let start = otherEnd[passage - 1] {
      parts.append(start..<passage)
      first = start
    }
    if joinsNext, let end = otherEnd[passage + 1] {
      parts.append((passage + 1)..<(end + 1))
      last = end
    }
    otherEnd[first] = last
    otherEnd[last] = first
    return (parts, first..<(last + 1))
  }

  /// All groups, in order.
  var all: [Range<Int>] {
    var groups: [Range<Int>] = []
    var passage = 0
    while passage < otherEnd.count {
      if let last = otherEnd[passage] {
        groups.append(passage..<(last + 1))
        passage = last + 1
      } else {
        passage += 1
      }
    }
    return groups
  }
}
