import CCurl
@unsafe @preconcurrency import Glibc
import Synchronization

/// What a client and its readers tell the client's thread.
final class TransferInbox: Sendable {
  enum Command: Sendable {
    case start(Transfer)
    /// The reader has room again.
    case resume(Transfer)
    case cancel(Transfer)
    /// The reader wants no more, but the connection may be kept if the answer ends soon.
    case drain(Transfer)
    /// End the thread.
    case stop
  }

  @safe
  private struct State: ~Copyable {
    var commands: [Command] = []
    var isStarted = false
    /// Why no command is carried out any more.
    var failure: HTTPError?
    /// libcurl's handle to wake, while the thread has one.
    var multi: UnsafeMutableRawPointer?
  }

  private let state = Mutex(State())

  /// Passes a command to the thread, which the first one to start a transfer starts.
  func send(_ command: Command) {
    let failure = state.withLock { state -> HTTPError? in
      if state.failure == nil, !state.isStarted, case .start = command {
        state.isStarted = true
        state.failure = startThread()
      }
      guard state.failure == nil, state.isStarted else { return state.failure }
      state.commands.append(command)
      // Under the lock, so that the handle cannot be freed meanwhile. curl_multi_wakeup(3) never blocks.
      if let multi = unsafe state.multi { unsafe ccurl_multi_wakeup(multi) }
      return nil
    }
    if let failure, case .start(let transfer) = command { transfer.fail(failure) }
  }

  func takeCommands() -> [Command] {
    state.withLock { state in
      let commands = state.commands
      state.commands = []
      return commands
    }
  }

  /// Names the handle that wakes the thread; nil before it is freed.
  func setMulti(_ address: UInt) {
    state.withLock { unsafe $0.multi = UnsafeMutableRawPointer(bitPattern: address) }
  }

  /// Fails what has come and whatever will come.
  func close(_ failure: HTTPError) {
    state.withLock { $0.failure = failure }
    for case .start(let transfer) in takeCommands() { transfer.fail(failure) }
  }

  private func startThread() -> HTTPError? {
    let context = unsafe Unmanaged.passRetained(self)
    var thread = pthread_t()
    let result = unsafe pthread_create(&thread, nil, { unsafe runTransfers($0) }, context.toOpaque())
    guard result == 0 else {
      unsafe context.release()
      return HTTPError(.other, "No thread could be started for HTTP: \(unsafe String(cString: strerror(result))).")
    }
    pthread_detach(thread)
    return nil
  }
}

/// The body of the thread.
private func runTransfers(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context = unsafe context else { return nil }
  let inbox = unsafe Unmanaged<TransferInbox>.fromOpaque(context).takeRetainedValue()
  // Signals are for other threads: this one must neither be interrupted nor, by a broken pipe in TLS, end the program.
  var signals = sigset_t()
  unsafe sigfillset(&signals)
  unsafe pthread_sigmask(SIG_SETMASK, &signals, nil)
  if let reason = unsafe ccurl_load() {
    inbox.close(
      HTTPError(
        .missingLibrary,
        "The library libcurl cannot be used: \(unsafe String(cString: reason)). "
          + "Install it with 'apt-get install libcurl4'."
      )
    )
  } else if let loop = TransferLoop(inbox: inbox) {
    loop.run()
  } else {
    inbox.close(HTTPError(.other, "libcurl could not be started; the machine may be out of memory."))
  }
  return nil
}
