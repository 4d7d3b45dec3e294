import Dispatch
@unsafe @preconcurrency import Glibc
import Synchronization

/// Turns the first SIGINT, SIGTERM or SIGHUP into the cancellation of what is under way; a second one kills at once.
final class SignalWatcher: Sendable {
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  private let received = Mutex<Int32?>(nil)

  /// The signal that ended what was under way.
  var signal: Int32? { received.withLock { $0 } }

  /// What a program that a signal ended exits with.
  var exitCode: Int32 { 128 + (signal ?? SIGINT) }

  /// Does `work` in a task that a signal cancels; `onSignal` is called once, before that.
  func cancelling<T: Sendable>(
    _ work: @escaping @Sendable () async throws -> T,
    onSignal: @escaping @Sendable (Int32) -> Void = { _ in }
  ) async throws -> T {
    let task = Task { try await work() }
    // Whoever started the program with 'nohup' does not want it to end with the terminal.
    let watched = Self.signals.filter { $0 != SIGHUP || !Self.isIgnored($0) }
    let sources = watched.map { number in
      watch(number, among: watched) {
        onSignal(number)
        task.cancel()
      }
    }
    defer {
      for source in sources { source.cancel() }
      for number in watched { Glibc.signal(number, SIG_DFL) }
    }
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

  private static func isIgnored(_ number: Int32) -> Bool {
    // Setting it is the only way to ask without a C structure; what was set before comes back at once.
    let before = Glibc.signal(number, SIG_IGN)
    Glibc.signal(number, before)
    return unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func watch(
    _ number: Int32,
    among watched: [Int32],
    _ body: @escaping @Sendable () -> Void
  ) -> any DispatchSourceSignal {
    // The default action must be off, or it would come before the source hears of the signal.
    Glibc.signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler { [self] in
      for number in watched { Glibc.signal(number, SIG_DFL) }
      let isFirst = received.withLock { received in
        defer { received = received ?? number }
        return received == nil
      }
      if isFirst { body() }
    }
    source.resume()
    return source
  }
}
