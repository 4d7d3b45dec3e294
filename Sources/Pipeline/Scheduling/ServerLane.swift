/// The tasks that wait for one server, and what that has loaded.
///
/// Where not all models fit, tasks of loaded ones are drained before another is loaded: a swap costs more than a call.
/// So that none starves, at most `patience` tasks in a row are started past one that comes before them. A model is
/// swapped out only when nothing runs on it.
struct ServerLane: Hashable, Sendable {
  /// The waiting and running tasks of one model.
  private struct Group: Hashable {
    var waiting = RankHeap()
    var running = 0
    /// When it was last used, as a count; nil where it is not loaded.
    var usedAt: Int?
  }

  private let capacity: ServerCapacity
  private let patience: Int
  private var groups: [Group] = []
  private var running = 0
  private var loaded = 0
  private var uses = 0
  /// How many tasks in a row were started past the one that is first.
  private var passed = 0

  init(_ capacity: ServerCapacity, patience: Int) {
    self.capacity = capacity
    self.patience = patience
  }

  /// Makes room for one more model, and answers its number.
  mutating func addGroup() -> Int {
    groups.append(Group())
    return groups.count - 1
  }

  mutating func wait(_ rank: Int, in group: Int) {
    groups[group].waiting.insert(rank)
  }

  /// Takes back a task that waits.
  mutating func giveUp(_ rank: Int, in group: Int) {
    groups[group].waiting.remove(rank)
  }

  /// The task that would be started next, and its group; nil where none may be now.
  var next: (rank: Int, group: Int)? {
    if let slots = capacity.slots, running >= max(1, slots) { return nil }
    guard let first = first(amongLoaded: false) else { return nil }
    guard let resident = capacity.resident, groups[first.group].usedAt == nil, loaded >= max(1, resident) else {
      return first
    }
    if passed < patience, let drained = self.first(amongLoaded: true) { return drained }
    return groups.contains { $0.usedAt != nil && $0.running == 0 } ? first : nil
  }

  /// Takes the task that `next` has answered.
  mutating func start(_ next: (rank: Int, group: Int)) {
    passed = first(amongLoaded: false)?.rank == next.rank ? 0 : passed + 1
    _ = groups[next.group].waiting.popFirst()
    groups[next.group].running += 1
    running += 1
    guard let resident = capacity.resident else { return }
    if groups[next.group].usedAt == nil {
      if loaded >= max(1, resident) { unload() } else { loaded += 1 }
    }
    uses += 1
    groups[next.group].usedAt = uses
  }

  mutating func end(in group: Int) {
    groups[group].running -= 1
    running -= 1
  }

  private func first(amongLoaded: Bool) -> (rank: Int, group: Int)? {
    var best: (rank: Int, group: Int)?
    for (index, group) in groups.enumerated() where !amongLoaded || group.usedAt != nil {
      if let rank = group.waiting.first, rank < best?.rank ?? .max { best = (rank, index) }
    }
    return best
  }

  /// Drops the model that was not used for longest, as the server does.
  private mutating func unload() {
    let idle = groups.indices.filter { groups[$0].usedAt != nil && groups[$0].running == 0 }
    guard let oldest = idle.min(by: { groups[$0].usedAt ?? 0 < groups[$1].usedAt ?? 0 }) else { return }
    groups[oldest].usedAt = nil
  }
}
