import CMicrohttpd
import CSystem
@unsafe @preconcurrency import Glibc
import Synchronization

/// An HTTP/1.1 server on the loopback address.
///
/// libmicrohttpd reads, writes and calls the responder on one thread. A second thread accepts connections, because only
/// a socket of our own can be closed and opened again, and wakes connections that pause: libmicrohttpd does not look at
/// a suspended one, so that thread also sees when its client leaves.
final class HTTPServer: Sendable {
  let responder: any HTTPResponder
  let port: Int
  let requestCount = Atomic<UInt64>(0)
  let state: Mutex<State>
  let wakeReader: Int32
  private let wakeWriter: Int32
  let events: EventQueue

  struct State {
    var listening: Listening
    /// By their descriptors.
    var paused: [Int32: PausedConnection] = [:]
    /// When the loop looks at the state at the latest; nil is never.
    var wakesAt: ContinuousClock.Instant?
    var isStopping = false
    var isStopped = false
    var stopWaiters: [CheckedContinuation<Void, Never>] = []
  }

  enum Listening {
    case open(ListeningSocket)
    /// Refuses connections; the socket is there until the loop has closed it.
    case closed(ListeningSocket?, until: ContinuousClock.Instant?)
  }

  /// Listens on `port`, or on a free one if that is 0.
  init(port: Int, responder: any HTTPResponder) throws(HTTPServerError) {
    if let reason = unsafe cmhd_load() {
      throw HTTPServerError(
        """
        The simulated server needs libmicrohttpd 0.9.75 or newer: \(unsafe String(cString: reason)). \
        Install it with 'apt-get install libmicrohttpd12'.
        """
      )
    }
    let socket = try ListeningSocket(port: port)
    var pipe: [Int32] = [-1, -1]
    guard unsafe pipe2(&pipe, O_CLOEXEC | O_NONBLOCK) == 0 else {
      socket.close()
      throw HTTPServerError("Cannot make a pipe for the simulated server: \(systemMessage(errno)).")
    }
    self.responder = responder
    self.port = socket.port
    (wakeReader, wakeWriter) = (pipe[0], pipe[1])
    events = EventQueue()
    state = Mutex(State(listening: .open(socket)))
    do {
      try events.check()
      events.add(wakeReader, .readable)
      events.add(socket.descriptor, .readable)
      try startThreads()
    } catch {
      closeDescriptors()
      throw error
    }
  }

  /// Closes every connection and returns when nothing of the server runs any more.
  func stop() async {
    await withCheckedContinuation { continuation in
      let isStopped = state.withLock { state in
        if !state.isStopped { state.stopWaiters.append(continuation) }
        return state.isStopped
      }
      if isStopped {
        continuation.resume()
      } else {
        requestStop()
      }
    }
  }

  /// Begins to stop, without waiting for it.
  func requestStop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopping = true
      wake()
    }
  }

  /// Refuses connections from now on, for `duration` or for ever; requests on connections that are open are dropped.
  func refuseConnections(for duration: Duration?) {
    let until = duration.map { ContinuousClock.now + $0 }
    state.withLock { state in
      guard !state.isStopping else { return }
      switch state.listening {
      case .open(let socket):
        socket.refuse()
        state.listening = .closed(socket, until: until)
      case .closed(let socket, _):
        state.listening = .closed(socket, until: until)
      }
      wake()
    }
  }

  var isStopping: Bool { state.withLock { $0.isStopping } }

  var isRefusing: Bool {
    state.withLock { state in
      if case .closed = state.listening { true } else { state.isStopping }
    }
  }

  /// Makes the loop look at the state; called with the state locked, so that the pipe is open.
  func wake() {
    var byte: UInt8 = 1
    unsafe write(wakeWriter, &byte, 1)
  }

  func closeDescriptors() {
    state.withLock { state in
      state.isStopping = true
      state.isStopped = true
      switch state.listening {
      case .open(let socket), .closed(let socket?, _): socket.close()
      case .closed(nil, _): break
      }
      state.listening = .closed(nil, until: nil)
      close(wakeReader)
      close(wakeWriter)
      events.close()
    }
  }

  private func startThreads() throws(HTTPServerError) {
    // The loop holds the server until the daemon is stopped, so that this reference outlives every callback.
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    guard let daemon = unsafe cmhd_start(handleRequest, completeRequest, context, 4_096) else {
      throw HTTPServerError("Cannot start libmicrohttpd: \(systemMessage(errno)).")
    }
    let address = UInt(bitPattern: daemon)
    do {
      try WorkerThread.start { self.runLoop(daemon: address) }
    } catch {
      unsafe cmhd_stop(daemon)
      throw error
    }
  }
}
