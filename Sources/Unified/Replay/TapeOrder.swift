import Pipeline

/// Whose turn it is by the record of steps that were under way at once.
struct TapeOrder {
  /// What a step, or the loop, took in and stored before another went on.
  private struct Turn {
    let step: Int
    /// The places of its items in the record.
    var entries: [Int]
  }

  private struct Waiter {
    let step: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  private let items: [RecordedItem]
  private var turns: ArraySlice<Turn>
  private var waiting: [Waiter] = []
  /// How many of those under way, and of the loop, neither wait nor have ended; each does one thing at a time.
  private var running = 0
  /// How many have ended since the loop looked last.
  private var ended = 0
  private var isParked = false
  private var isLeaving = false
  /// Whether several steps may be under way now.
  private(set) var isOn = false

  init(_ items: [RecordedItem]) {
    self.items = items
    var turns: [Turn] = []
    for (place, item) in items.enumerated() {
      if case .turn(let step) = item {
        if turns.last?.step != step { turns.append(Turn(step: step, entries: [])) }
      } else if !turns.isEmpty {
        turns[turns.count - 1].entries.append(place)
      }
    }
    self.turns = turns.filter { !$0.entries.isEmpty }[...]
  }

  /// The step whose turn it is; nil at the end of the record.
  var owner: Int? { turns.first?.step }

  /// The place of the first entry that is left.
  var place: Int { turns.first?.entries.first ?? items.count }

  /// The items that are left.
  var rest: some Sequence<RecordedItem> { turns.lazy.flatMap { $0.entries }.map { items[$0] } }

  /// What a step does next; nil where nothing of it is left before its end is taken in.
  func next(of step: Int) -> RecordedItem? { deeds(of: step).first { _ in true } }

  /// What a step does next, but for what it finds on the way.
  func nextDeed(of step: Int) -> RecordedItem? { deeds(of: step).first { $0.foundFiles == nil } }

  /// What comes into a step from outside next.
  func nextItem(of step: Int) -> RecordedItem? { deeds(of: step).first { $0 != .commit } }

  /// What is left of a step until its end is taken in; it may have to go on after that.
  private func deeds(of step: Int) -> some Sequence<RecordedItem> {
    turns.lazy
      .prefix { $0.step != 0 || !$0.entries.contains { items[$0] == .landed(step) } }
      .filter { $0.step == step }
      .flatMap { $0.entries }
      .map { items[$0] }
  }

  /// The first item of the turn; what a step stores and takes in may come in another order.
  var item: RecordedItem? { itemPlace.map { items[$0] } }

  /// Where that is.
  var itemPlace: Int? { turns.first?.entries.first { items[$0] != .commit } }

  /// Takes the first item of the turn off, or the first mark that something was stored; answers whether there was one.
  mutating func remove(commit: Bool) -> Bool {
    guard let place = turns.first?.entries.firstIndex(where: { (items[$0] == .commit) == commit }) else { return false }
    turns[turns.startIndex].entries.remove(at: place)
    if turns.first?.entries.isEmpty == true { turns.removeFirst() }
    return true
  }

  // MARK: - Who goes on

  mutating func open() { (isOn, running) = (true, 1) }

  mutating func beginStep() { running += 1 }

  /// Lets a step, or the loop, wait for its turn.
  mutating func wait(_ step: Int, _ continuation: CheckedContinuation<Void, Never>) {
    waiting.append(Waiter(step: step, continuation: continuation))
    running -= 1
  }

  mutating func endStep() { (running, ended) = (running - 1, ended + 1) }

  mutating func park() { (running, isParked) = (running - 1, true) }

  mutating func unpark() { (running, isParked, ended) = (running + 1, false, max(0, ended - 1)) }

  mutating func leave() {
    if !isParked { park() }
    isLeaving = true
  }

  mutating func close() { isOn = false }

  /// Lets everybody go on.
  mutating func release() {
    for waiter in waiting { waiter.continuation.resume() }
    running += waiting.count
    waiting = []
  }

  /// Lets the next go on where nobody does; answers the step that does not come, where one is waited for.
  mutating func passOn() -> Int? {
    guard isOn, running == 0, !waiting.isEmpty else { return nil }
    guard let owner else {
      release()
      return nil
    }
    if let index = waiting.firstIndex(where: { $0.step == owner }) {
      waiting.remove(at: index).continuation.resume()
      running += 1
      return nil
    }
    if isLeaving {
      // Nothing is on record of what was cut off.
      release()
      return nil
    }
    // The loop will come.
    if isParked, ended > 0 { return nil }
    return owner
  }
}
