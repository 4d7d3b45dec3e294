/// Numbers of which the lowest is at hand.
struct RankHeap: Hashable, Sendable {
  private var ranks: [Int] = []

  var first: Int? { ranks.first }

  mutating func insert(_ rank: Int) {
    var child = ranks.count
    ranks.append(rank)
    while child > 0 {
      let parent = (child - 1) / 2
      guard ranks[parent] > rank else { break }
      ranks[child] = ranks[parent]
      child = parent
    }
    ranks[child] = rank
  }

  mutating func remove(_ rank: Int) {
    ranks.removeAll { $0 == rank }
    // What is sorted has the lowest of every part in front.
    ranks.sort()
  }

  mutating func popFirst() -> Int? {
    guard let first = ranks.first, let last = ranks.popLast() else { return nil }
    guard !ranks.isEmpty else { return first }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < ranks.count else { break }
      if child + 1 < ranks.count, ranks[child + 1] < ranks[child] { child += 1 }
      guard ranks[child] < last else { break }
      ranks[parent] = ranks[child]
      parent = child
    }
    ranks[parent] = last
    return first
  }
}
