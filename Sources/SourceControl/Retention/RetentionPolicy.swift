/// How long snapshots are kept; what was taken on demand is kept for good, and the newest always.
package struct RetentionPolicy: Hashable, Sendable {
  /// How many are kept at the most, beside those taken on demand.
  package var count: Int
  /// How old they get, in seconds.
  package var age: Int
  /// How many bytes the store takes on disk; the oldest go first.
  package var size: Int

  package init(count: Int = 200, age: Int = 14 * 86_400, size: Int = 2 << 30) {
    self.count = count
    self.age = age
    self.size = size
  }

  /// The snapshots to drop for their number and age, of all in the order of their age.
  func expired(_ snapshots: [Snapshot], now: Int) -> Set<SnapshotID> {
    let old = snapshots.dropLast().filter { $0.kind != .manual }
    let number = snapshots.count { $0.kind != .manual }
    let tooMany = old.prefix(max(0, number - max(1, count)))
    return Set((tooMany + old.filter { now - $0.seconds > age }).map(\.id))
  }
}
