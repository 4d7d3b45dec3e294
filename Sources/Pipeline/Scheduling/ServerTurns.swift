import Synchronization

/// The steps that use one server or wait for it.
///
/// A step has one turn for all its calls, as in the gaps between them its model must stay loaded. Steps of loaded models
/// go first, and another model is loaded when none of them uses one or waits; the others go in the order in which they
/// came.
final class ServerTurns: Sendable {
  /// Hears whether it is its turn.
  fileprivate typealias Waiter = CheckedContinuation<Bool, Never>

  fileprivate struct State {
    var lane: ServerLane
    /// The lane's groups by their models.
    var groups: [ModelName: Int] = [:]
    var waiting: [Int: (group: Int, waiter: Waiter)] = [:]
    var arrivals = 0
  }

  private let state: Mutex<State>

  init(_ lane: ServerLane) {
    state = Mutex(State(lane: lane))
  }

  /// Waits for a turn, and answers by what it is ended.
  ///
  /// Throws `CancellationError` where the task is cancelled before; it waits no longer then.
  func begin(with model: ModelName, _ onWait: () -> Void) async throws -> Int {
    let (number, group) = state.withLock { $0.arrive(with: model) }
    let isOn = await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        // Whoever is cancelled after this is found among those who wait.
        let next: [Waiter]? = state.withLock { state in
          guard !Task.isCancelled else { return nil }
          state.wait(waiter, number, group)
          return state.takeNext()
        }
        guard let next else { return waiter.resume(returning: false) }
        if state.withLock({ $0.waiting[number] != nil }) { onWait() }
        for waiter in next { waiter.resume(returning: true) }
      }
    } onCancel: {
      let (cancelled, next) = state.withLock { ($0.giveUp(number), $0.takeNext()) }
      cancelled?.resume(returning: false)
      for waiter in next { waiter.resume(returning: true) }
    }
    guard isOn else { throw CancellationError() }
    return group
  }

  /// Ends a turn, by what its beginning has answered.
  func end(_ group: Int) {
    let next = state.withLock { state in
      state.lane.end(in: group)
      return state.takeNext()
    }
    for waiter in next { waiter.resume(returning: true) }
  }
}

extension ServerTurns.State {
  fileprivate mutating func arrive(with model: ModelName) -> (number: Int, group: Int) {
    arrivals += 1
    let group = groups[model] ?? lane.addGroup()
    groups[model] = group
    return (arrivals, group)
  }

  fileprivate mutating func wait(_ waiter: ServerTurns.Waiter, _ number: Int, _ group: Int) {
    waiting[number] = (group, waiter)
    lane.wait(number, in: group)
  }

  /// Begins the turns of all who need not wait any longer.
  fileprivate mutating func takeNext() -> [ServerTurns.Waiter] {
    var taken: [ServerTurns.Waiter] = []
    while let next = lane.next {
      lane.start(next)
      if let waiter = waiting.removeValue(forKey: next.rank)?.waiter { taken.append(waiter) }
    }
    return taken
  }

  fileprivate mutating func giveUp(_ number: Int) -> ServerTurns.Waiter? {
    guard let (group, waiter) = waiting.removeValue(forKey: number) else { return nil }
    lane.giveUp(number, in: group)
    return waiter
  }
}
