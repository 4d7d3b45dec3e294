import CMicrohttpd
import CSystem
@unsafe @preconcurrency import Glibc
import Synchronization

extension HTTPServer {
  /// Accepts connections and wakes paused ones, until the server is to stop.
  func runLoop(daemon: UInt) {
    while let round = nextRound() {
      var departed: [Int32] = []
      for descriptor in events.wait(timeout: round.timeout) {
        if descriptor == wakeReader {
          drainWakePipe()
        } else if let listener = round.listener, descriptor == listener.descriptor {
          acceptConnections(of: listener, daemon)
        } else {
          departed.append(descriptor)
        }
      }
      resumePaused(departed: departed)
    }
    let waiters = state.withLock { state in
      // libmicrohttpd ends the program if it is stopped while a connection is suspended.
      for connection in state.paused.values { connection.resume() }
      state.paused = [:]
      return state.stopWaiters
    }
    unsafe cmhd_stop(OpaquePointer(bitPattern: daemon))
    closeDescriptors()
    for waiter in waiters + state.withLock({ state in state.stopWaiters.dropFirst(waiters.count) }) { waiter.resume() }
  }

  /// Suspends a connection until `pause` is over or its client leaves; false if the server is stopping.
  func hold(_ address: UInt, for pause: Pause, watching client: ClientWatch) -> Bool {
    let due: ContinuousClock.Instant? =
      switch pause {
      case .duration(let duration): ContinuousClock.now + duration
      case .forEver: nil
      }
    let descriptor = unsafe cmhd_socket(OpaquePointer(bitPattern: address))
    return state.withLock { state in
      guard !state.isStopping else { return false }
      unsafe cmhd_suspend(OpaquePointer(bitPattern: address))
      state.paused[descriptor] = PausedConnection(address: address, due: due, client: client)
      events.add(descriptor, .departure)
      if let due, state.wakesAt.map({ due < $0 }) ?? true {
        state.wakesAt = due
        wake()
      }
      return true
    }
  }

  private struct Round {
    let listener: ListeningSocket?
    let timeout: Int32
  }

  /// What to wait for next, or nil if the server is to stop.
  private func nextRound() -> Round? {
    state.withLock { state in
      guard !state.isStopping else { return nil }
      openListenerIfDue(&state)
      var due: ContinuousClock.Instant?
      var listener: ListeningSocket?
      switch state.listening {
      case .open(let socket): listener = socket
      case .closed(_, let until): due = until
      }
      for connection in state.paused.values {
        if let next = connection.due { due = min(due ?? next, next) }
      }
      state.wakesAt = due
      return Round(listener: listener, timeout: due.map(milliseconds) ?? -1)
    }
  }

  private func openListenerIfDue(_ state: inout State) {
    guard case .closed(let socket, let until) = state.listening else { return }
    socket?.close()
    state.listening = .closed(nil, until: until)
    guard let until, until <= .now else { return }
    do {
      let socket = try ListeningSocket(port: port)
      events.add(socket.descriptor, .readable)
      state.listening = .open(socket)
    } catch {
      // Somebody else has the port for the moment; a server that restarts tries again, too.
      state.listening = .closed(nil, until: .now + .milliseconds(20))
    }
  }

  private func acceptConnections(of listener: ListeningSocket, _ daemon: UInt) {
    while let connection = listener.accept() {
      var on: Int32 = 1
      unsafe setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      unsafe ListeningSocket.withAddress(0) { address, length in
        unsafe _ = cmhd_add_connection(OpaquePointer(bitPattern: daemon), connection, address, length)
      }
    }
    // Without a free descriptor the connection stays in the queue, and poll(2) would return at once, again and again.
    if errno == EMFILE || errno == ENFILE { usleep(10_000) }
  }

  private func resumePaused(departed: [Int32]) {
    state.withLock { state in
      for descriptor in departed { state.paused[descriptor]?.client.noteDeparture() }
      let now = ContinuousClock.now
      let ready = state.paused.filter { $0.value.isReady(at: now) }
      for (descriptor, connection) in ready {
        state.paused[descriptor] = nil
        events.remove(descriptor)
        connection.resume()
      }
    }
  }

  private func drainWakePipe() {
    var buffer = [UInt8](repeating: 0, count: 256)
    while unsafe read(wakeReader, &buffer, buffer.count) == buffer.count {}
  }
}

/// Rounded up, so that the wait is not over too early.
private func milliseconds(until due: ContinuousClock.Instant) -> Int32 {
  let left = due - .now
  guard left > .zero else { return 0 }
  let (seconds, attoseconds) = left.components
  return Int32(clamping: seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
}
