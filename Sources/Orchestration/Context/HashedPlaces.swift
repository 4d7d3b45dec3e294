/// The first place of each of many hashes.
struct HashedPlaces {
  private var hashes: [UInt64]
  /// One more than the place, or 0.
  private var places: [Int]
  private let mask: Int
  private var count = 0
  private let capacity: Int

  /// Has room for `capacity` places.
  init(capacity: Int) {
    self.capacity = capacity
    var size = 16
    while size < capacity * 2 { size *= 2 }
    hashes = Array(repeating: 0, count: size)
    places = Array(repeating: 0, count: size)
    mask = size - 1
  }

  func first(of hash: UInt64) -> Int? {
    var slot = slot(of: hash)
    while places[slot] > 0 {
      if hashes[slot] == hash { return places[slot] - 1 }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Remembers the place, unless there is an earlier one.
  mutating func add(_ hash: UInt64, at place: Int) {
    var slot = slot(of: hash)
    while places[slot] > 0 {
      if hashes[slot] == hash { return }
      slot = (slot + 1) & mask
    }
    precondition(count < capacity, "There is room for every place.")
    count += 1
    hashes[slot] = hash
    places[slot] = place + 1
  }

  private func slot(of hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 20) & mask }
}
