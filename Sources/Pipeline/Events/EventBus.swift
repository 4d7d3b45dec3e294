import Synchronization

/// Passes stored events on to sinks, in the order of their numbers, whoever commits them.
///
/// Whoever publishes delivers, on his own thread; nobody else is woken for a sink whose delivery is immediate. Where
/// several publish at once, one of them delivers for all, and the others wait until what is theirs was heard.
package final class EventBus: Sendable {
  /// A sink that could not go on, and why.
  package struct Failure: Sendable, CustomStringConvertible {
    let sink: String
    let error: any Error

    package var description: String { "'\(sink)' hears of no further events, because it failed: \(error)" }
  }

  fileprivate struct Subscription {
    let number: Int
    let sink: any EventSink
    /// Absent where delivery is immediate.
    let queue: EventQueue?
    /// The number of the last event that it knows already.
    let last: Int
  }

  fileprivate struct State {
    var subscriptions: [Subscription] = []
    var made = 0
    /// Events that are stored and not passed on yet, in order.
    var held: [StoredEvent] = []
    /// The number of the last event that was passed on.
    var last: Int?
    /// How many commits are under way, whose events may belong before those that are held.
    var commits = 0
    var isDelivering = false
    /// Whoever waits for something of this to change.
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Takes the sinks in the order in which they hear of an event.
  package init(_ sinks: [any EventSink] = []) {
    state.withLock { state in
      for sink in sinks { state.add(sink, knowing: 0) }
    }
  }

  /// Adds a sink; it first hears of what was stored after the event of that number, by `history`, and misses nothing.
  ///
  /// Throws what `history` and the sink throw, and then the sink is not added.
  package func subscribe(
    _ sink: any EventSink,
    after sequence: Int,
    history: (_ after: Int) async throws -> [StoredEvent]
  ) async throws {
    // As long as nobody delivers, what is published meanwhile is held.
    await wait { state in
      defer { state.isDelivering = true }
      return state.isDelivering
    }
    defer { endDelivering() }
    let stored = try await history(sequence)
    if !stored.isEmpty { try await sink.receive(stored) }
    state.withLock { $0.add(sink, knowing: stored.last?.sequence ?? sequence) }
  }

  /// Tells that events are being committed, so that later ones wait for them; `publish` must follow.
  package func beginCommit() {
    state.withLock { $0.commits += 1 }
  }

  /// Passes on what was committed, and returns when every sink of immediate delivery has heard of it.
  ///
  /// Answers the sinks that failed meanwhile; no sink is answered twice.
  package func publish(_ events: [StoredEvent]) async -> [Failure] {
    var (batch, waiting) = state.withLock { state in
      state.commits -= 1
      // Whoever waits for earlier events may have them now.
      return (state.takeBatch(with: events), state.takeWaiting())
    }
    for continuation in waiting { continuation.resume() }
    var failures: [Failure] = []
    while true {
      while let next = batch {
        failures += await deliver(next)
        (batch, waiting) = state.withLock { state in
          state.isDelivering = false
          let further = state.takeBatch(with: [])
          return (further, further == nil ? state.takeWaiting() : [])
        }
        for continuation in waiting { continuation.resume() }
      }
      guard let last = events.last else { return failures }
      await wait { state in
        // Somebody else may have passed them on.
        guard state.last ?? -1 < last.sequence else { return false }
        batch = state.takeBatch(with: [])
        return batch == nil
      }
      if batch == nil { return failures }
    }
  }

  /// Returns when every sink has heard of all that was published.
  package func flush() async {
    for queue in state.withLock({ $0.subscriptions.compactMap { $0.queue } }) { await queue.flush() }
  }

  private func deliver(_ batch: [StoredEvent]) async -> [Failure] {
    var failures: [Failure] = []
    for subscription in state.withLock({ $0.subscriptions }) {
      guard let last = batch.last, last.sequence > subscription.last else { continue }
      let events =
        batch[0].sequence > subscription.last ? batch : batch.filter { $0.sequence > subscription.last }
      var failure: (any Error)?
      if let queue = subscription.queue {
        failure = await queue.add(events)
      } else {
        do { try await subscription.sink.receive(events) } catch { failure = error }
      }
      guard let failure else { continue }
      failures.append(Failure(sink: "\(type(of: subscription.sink))", error: failure))
      state.withLock { state in state.subscriptions.removeAll { $0.number == subscription.number } }
    }
    return failures
  }

  private func endDelivering() {
    let waiting = state.withLock { state in
      state.isDelivering = false
      return state.takeWaiting()
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when the condition does not hold any more; it is asked again whenever something has changed.
  private func wait(while condition: (inout State) -> Bool) async {
    while state.withLock({ condition(&$0) }) {
      var isMet = false
      await withCheckedContinuation { continuation in
        isMet = state.withLock { state in
          guard condition(&state) else { return true }
          state.waiting.append(continuation)
          return false
        }
        if isMet { continuation.resume() }
      }
      if isMet { return }
    }
  }
}

extension EventBus.State {
  mutating func add(_ sink: any EventSink, knowing last: Int) {
    let queue: EventQueue? =
      switch sink.delivery {
      case .immediate: nil
      case .waiting(let limit): EventQueue(sink, limit: limit, isDropping: false)
      case .dropping(let limit): EventQueue(sink, limit: limit, isDropping: true)
      }
    made += 1
    subscriptions.append(EventBus.Subscription(number: made, sink: sink, queue: queue, last: last))
  }

  /// Takes stored events in, and answers what is to be passed on now, unless somebody else is passing on.
  ///
  /// That is what follows the last event, or everything where nothing can come before it any more. Whoever is answered
  /// something has to deliver it.
  mutating func takeBatch(with events: [StoredEvent]) -> [StoredEvent]? {
    if !isDelivering, held.isEmpty, let first = events.first, let end = events.last,
      commits == 0 || first.sequence - 1 == last
    {
      (last, isDelivering) = (end.sequence, true)
      return events
    }
    hold(events)
    guard !isDelivering else { return nil }
    var count = commits == 0 ? held.count : 0
    if count == 0, let last {
      while count < held.count, held[count].sequence <= last + count + 1 { count += 1 }
    }
    guard count > 0 else { return nil }
    let batch = Array(held[..<count])
    held.removeFirst(count)
    (last, isDelivering) = (batch[count - 1].sequence, true)
    return batch
  }

  private mutating func hold(_ events: [StoredEvent]) {
    guard let first = events.first else { return }
    let place = held.lastIndex { $0.sequence < first.sequence }.map { $0 + 1 } ?? 0
    held.insert(contentsOf: events, at: place)
  }

  mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
    defer { waiting = [] }
    return waiting
  }
}
