import Synchronization

/// A clock on which all waiting ends when the record says so, and not before.
final class ReplayClock: Clock {
  typealias Instant = ContinuousClock.Instant

  private struct State {
    var next = 0
    var waiting: [Int: Wait] = [:]
    /// Waits that were cancelled before they began.
    var cancelled: Set<Int> = []
  }

  private struct Wait {
    let deadline: Instant
    let continuation: CheckedContinuation<Void, any Error>
  }

  private let state = Mutex(State())

  var now: Instant { .now }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          guard state.cancelled.remove(number) == nil else { return true }
          state.waiting[number] = Wait(deadline: deadline, continuation: continuation)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        let waiting = state.waiting.removeValue(forKey: number)
        if waiting == nil { state.cancelled.insert(number) }
        return waiting
      }
      waiting?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Ends the wait that is to end first, or the one that is to end last.
  func expire(last: Bool) {
    let wait = state.withLock { state in
      let waits = state.waiting.sorted { $0.value.deadline < $1.value.deadline }
      return (last ? waits.last : waits.first).flatMap { state.waiting.removeValue(forKey: $0.key) }
    }
    wait?.continuation.resume()
  }
}
