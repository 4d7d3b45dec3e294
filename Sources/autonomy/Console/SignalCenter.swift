import Dispatch
@unsafe @preconcurrency import Glibc
import Synchronization

/// The signals that ask the process to end: SIGINT, SIGTERM and SIGHUP.
///
/// They are heard of from the moment at which somebody listens. A dispatch source for a signal is armed some time after
/// it was made, and what comes before that is lost; the pipe that the handler writes to keeps it.
final class SignalCenter: Sendable {
  static let shared = SignalCenter()

  private struct State {
    var listeners: [ObjectIdentifier: @Sendable (Int32) -> Void] = [:]
    /// The signals that do not end the process now.
    var caught: [Int32] = []
    var source: (any DispatchSourceRead)?
  }

  private let state = Mutex(State())

  /// Whether any has come since the process began.
  static var hasHeard: Bool { isHeard.load(ordering: .relaxed) }

  /// Lets `listener` hear of the next signal; after that another one ends the process at once.
  func add(_ owner: ObjectIdentifier, _ listener: @escaping @Sendable (Int32) -> Void) {
    state.withLock { state in
      state.listeners[owner] = listener
      if state.source == nil { state.source = source() }
      guard state.source != nil, state.caught.isEmpty else { return }
      // Whoever started the program with 'nohup' does not want it to end with the terminal.
      state.caught = [SIGINT, SIGTERM, SIGHUP].filter { $0 != SIGHUP || !Self.isIgnored($0) }
      for number in state.caught { Glibc.signal(number, noteSignal) }
    }
  }

  func remove(_ owner: ObjectIdentifier) {
    state.withLock { state in
      state.listeners[owner] = nil
      if state.listeners.isEmpty { Self.catchNoMore(&state) }
    }
  }

  /// Ends the process as the signal would have.
  static func end(by number: Int32) {
    Glibc.signal(number, SIG_DFL)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    // Setting it is the only way to ask without a C structure; what was set before comes back at once.
    let before = Glibc.signal(number, SIG_IGN)
    Glibc.signal(number, before)
    return unsafe unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func catchNoMore(_ state: inout State) {
    for number in state.caught { Glibc.signal(number, SIG_DFL) }
    state.caught = []
  }

  /// What hears of the handler; nil where the system has no descriptors left, and signals end the process as ever.
  private func source() -> (any DispatchSourceRead)? {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return nil }
    let (reading, writing) = (ends[0], ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    signalPipe.store(writing, ordering: .releasing)
    let source = DispatchSource.makeReadSource(fileDescriptor: reading, queue: .global())
    source.setEventHandler { [weak self] in
      // Several that came together are one.
      var numbers = [UInt8](repeating: 0, count: 64)
      let count = unsafe read(reading, &numbers, numbers.count)
      if count > 0 { self?.hear(Int32(numbers[0])) }
    }
    source.resume()
    return source
  }

  private func hear(_ number: Int32) {
    let listeners = state.withLock { state in
      Self.catchNoMore(&state)
      return Array(state.listeners.values)
    }
    if listeners.isEmpty { return Self.end(by: number) }
    for listener in listeners { listener(number) }
  }
}

/// Where the handler writes the numbers of signals.
private let signalPipe = Atomic<Int32>(-1)
private let isHeard = Atomic<Bool>(false)

/// Does only what a handler of signals may do.
private func noteSignal(_ number: Int32) {
  let before = errno
  isHeard.store(true, ordering: .relaxed)
  var byte = UInt8(truncatingIfNeeded: number)
  _ = unsafe write(signalPipe.load(ordering: .acquiring), &byte, 1)
  errno = before
}
