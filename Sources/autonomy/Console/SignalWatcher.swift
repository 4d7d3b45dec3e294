@unsafe @preconcurrency import Glibc
import Synchronization

/// Turns the first SIGINT, SIGTERM or SIGHUP into the cancellation of what is under way; a second one kills at once, and
/// so does one that comes while nothing is.
final class SignalWatcher: Sendable {
  private struct State {
    /// The signal that came first.
    var received: Int32?
    /// What cancels what is under way.
    var cancel: (@Sendable (Int32) -> Void)?
    var isListening = false
  }

  private let state = Mutex(State())

  /// The signal that ended what was under way.
  var signal: Int32? { state.withLock { $0.received } }

  /// What a program that a signal ended exits with.
  var exitCode: Int32 { 128 + (signal ?? SIGINT) }

  /// Does `work` in a task that a signal cancels; `onSignal` is called once, before that.
  func cancelling<T: Sendable>(
    _ work: @escaping @Sendable () async throws -> T,
    onSignal: @escaping @Sendable (Int32) -> Void = { _ in }
  ) async throws -> T {
    let task = Task { try await work() }
    watch { number in
      onSignal(number)
      task.cancel()
    }
    defer { state.withLock { $0.cancel = nil } }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// Returns when a signal has come.
  func wait() async {
    try? await cancelling { try await Task.sleep(for: .seconds(1 << 40)) }
  }

  deinit { SignalCenter.shared.remove(ObjectIdentifier(self)) }

  private func watch(_ cancel: @escaping @Sendable (Int32) -> Void) {
    let wasListening = state.withLock { state in
      defer { state.isListening = true }
      state.cancel = cancel
      return state.isListening
    }
    guard !wasListening else { return }
    SignalCenter.shared.add(ObjectIdentifier(self)) { [weak self] number in
      guard let self else { return SignalCenter.end(by: number) }
      let (isFirst, cancel) = state.withLock { state in
        defer { state.received = state.received ?? number }
        return (state.received == nil, state.cancel)
      }
      if isFirst, let cancel { cancel(number) } else { SignalCenter.end(by: number) }
    }
  }
}
