import Persistence
import Synchronization

/// What one sink has yet to hear, and the thread on which it does.
///
/// A task takes from the queue as long as there is something in it, and is begun anew when something comes. It lets a
/// little come together first: whoever commits does not wake a thread for every event.
final class EventQueue: Sendable {
  private struct State {
    var events: [StoredEvent] = []
    var dropped = 0
    /// How many events the sink is hearing of.
    var taken = 0
    var isAtWork = false
    var failure: (any Error)?
    /// Whoever waits for room, or for the queue to be empty.
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// How long events come together before the sink hears of them.
  private static let gathering = Duration.milliseconds(1)

  private let sink: any EventSink
  private let limit: Int
  private let isDropping: Bool
  private let executor = QueueExecutor(label: "autonomy.events")
  private let state = Mutex(State())

  init(_ sink: any EventSink, limit: Int, isDropping: Bool) {
    self.sink = sink
    self.limit = max(1, limit)
    self.isDropping = isDropping
  }

  /// Puts events into the queue, and waits for room in it where none may be dropped; answers what the sink has thrown.
  func add(_ events: [StoredEvent]) async -> (any Error)? {
    let (begins, failure) = state.withLock { state in
      guard state.failure == nil else { return (false, state.failure) }
      state.events += events
      if isDropping, state.events.count > limit {
        state.dropped += state.events.count - limit
        state.events.removeFirst(state.events.count - limit)
      }
      defer { state.isAtWork = true }
      return (!state.isAtWork, nil)
    }
    // It ends by itself when the queue is empty.
    if begins { Task(executorPreference: executor) { await self.drain() } }
    if failure == nil, !isDropping { await wait { $0.failure == nil && $0.events.count + $0.taken > self.limit } }
    return failure
  }

  /// Returns when the sink has heard of everything.
  func flush() async {
    await wait { $0.isAtWork }
  }

  /// Returns when the condition does not hold any more; it is asked again whenever the sink has taken something.
  private func wait(while condition: (borrowing State) -> Bool) async {
    while state.withLock({ condition($0) }) {
      var isMet = false
      await withCheckedContinuation { continuation in
        isMet = state.withLock { state in
          guard condition(state) else { return true }
          state.waiting.append(continuation)
          return false
        }
        if isMet { continuation.resume() }
      }
      if isMet { return }
    }
  }

  private func drain() async {
    try? await Task.sleep(for: Self.gathering)
    while let (events, dropped) = take() {
      if dropped > 0 { await sink.missed(dropped) }
      do {
        try await sink.receive(events)
      } catch {
        state.withLock { state in
          state.failure = error
          state.events = []
        }
      }
    }
  }

  /// All that is in the queue; nil where nothing is, and then the task ends.
  private func take() -> (events: [StoredEvent], dropped: Int)? {
    let (batch, waiting) = state.withLock { state in
      let waiting = state.waiting
      state.waiting = []
      state.taken = state.events.count
      guard !state.events.isEmpty else {
        state.isAtWork = false
        return (nil as (events: [StoredEvent], dropped: Int)?, waiting)
      }
      defer { (state.events, state.dropped) = ([], 0) }
      return ((state.events, state.dropped), waiting)
    }
    for continuation in waiting { continuation.resume() }
    return batch
  }
}
