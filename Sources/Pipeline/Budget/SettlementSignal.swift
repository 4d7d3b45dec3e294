import Synchronization

/// Wakes those who wait for a call of others to be settled, of whose reservation something may have come back.
final class SettlementSignal: Sendable {
  private struct State {
    var count = 0
    var lastWaiter = 0
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  }

  private let state = Mutex(State())

  /// How many calls were settled.
  var count: Int { state.withLock { $0.count } }

  /// How many wait.
  var waiters: Int { state.withLock { $0.waiting.count } }

  func send() {
    let woken = state.withLock { state in
      state.count += 1
      defer { state.waiting = [:] }
      return state.waiting.sorted { $0.key < $1.key }.map(\.value)
    }
    for continuation in woken { continuation.resume() }
  }

  /// Waits until more calls than `seen` are settled, or throws `CancellationError`.
  func next(after seen: Int) async throws {
    let waiter = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = state.withLock { state in
          guard state.count <= seen, !Task.isCancelled else { return false }
          state.waiting[waiter] = continuation
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume()
    }
    try Task.checkCancellation()
  }
}
