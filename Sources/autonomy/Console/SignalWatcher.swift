import Dispatch
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
    /// One for each signal, made when they are first needed and kept: a second one for a signal may hear nothing.
    var sources: [any DispatchSourceSignal] = []
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

  deinit {
    state.withLock { state in
      for source in state.sources {
        source.cancel()
        Glibc.signal(Int32(source.handle), SIG_DFL)
      }
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    // Setting it is the only way to ask without a C structure; what was set before comes back at once.
    let before = Glibc.signal(number, SIG_IGN)
    Glibc.signal(number, before)
    return unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func watch(_ cancel: @escaping @Sendable (Int32) -> Void) {
    state.withLock { state in
      state.cancel = cancel
      guard state.sources.isEmpty else { return }
      // Whoever started the program with 'nohup' does not want it to end with the terminal.
      let watched = [SIGINT, SIGTERM, SIGHUP].filter { $0 != SIGHUP || !Self.isIgnored($0) }
      state.sources = watched.map { source(of: $0, among: watched) }
    }
  }

  private func source(of number: Int32, among watched: [Int32]) -> any DispatchSourceSignal {
    // The default action must be off, or it would come before the source hears of the signal.
    Glibc.signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { [weak self] in
      for number in watched { Glibc.signal(number, SIG_DFL) }
      guard let self else { return Self.end(by: number) }
      let (isFirst, cancel) = state.withLock { state in
        defer { state.received = state.received ?? number }
        return (state.received == nil, state.cancel)
      }
      if let cancel {
        if isFirst { cancel(number) }
      } else {
        Self.end(by: number)
      }
    }
    source.resume()
    return source
  }

  /// Ends the process as the signal would have.
  private static func end(by number: Int32) {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
  }
}
