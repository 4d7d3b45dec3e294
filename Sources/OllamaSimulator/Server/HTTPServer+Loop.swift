import CMicrohttpd
import CSystem
@unsafe @preconcurrency import Glibc
import Synchronization

extension HTTPServer {
  /// Accepts connections and wakes paused ones, until the server is to stop.
  func runLoop(daemon: UInt) {
    while let round = nextRound() {
      var descriptors = round.descriptors
      unsafe poll(&descriptors, nfds_t(descriptors.count), round.timeout)
      if descriptors[0].revents != 0 { drainWakePipe() }
      if let listener = round.listener, descriptors[1].revents != 0 { acceptConnections(of: listener, daemon) }
      let departed = Set(descriptors.dropFirst(round.firstClient).filter { $0.revents != 0 }.map(\.fd))
      resumePaused(departed: departed)
    }
    let waiters = state.withLock { state in
      // libmicrohttpd ends the program if it is stopped while a connection is suspended.
      for connection in state.paused { connection.resume() }
      state.paused = []
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
      state.paused.append(PausedConnection(address: address, descriptor: descriptor, due: due, client: client))
      wake()
      return true
    }
  }

  private struct Round {
    var descriptors: [pollfd]
    var listener: ListeningSocket?
    var firstClient: Int
    var timeout: Int32
  }

  /// What to wait for next, or nil if the server is to stop.
  private func nextRound() -> Round? {
    state.withLock { state in
      guard !state.isStopping else { return nil }
      openListenerIfDue(&state)
      var round = Round(descriptors: [], listener: nil, firstClient: 1, timeout: -1)
      round.descriptors.reserveCapacity(state.paused.count + 2)
      round.descriptors.append(pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0))
      var due: ContinuousClock.Instant?
      switch state.listening {
      case .open(let socket):
        round.listener = socket
        round.firstClient = 2
        round.descriptors.append(pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0))
      case .closed(_, let until):
        due = until
      }
      for connection in state.paused {
        round.descriptors.append(pollfd(fd: connection.descriptor, events: system_pollrdhup, revents: 0))
        if let next = connection.due { due = min(due ?? next, next) }
      }
      if let due { round.timeout = milliseconds(until: due) }
      return round
    }
  }

  private func openListenerIfDue(_ state: inout State) {
    guard case .closed(let socket, let until) = state.listening else { return }
    socket?.close()
    state.listening = .closed(nil, until: until)
    guard let until, until <= .now else { return }
    do {
      state.listening = .open(try ListeningSocket(port: port))
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

  private func resumePaused(departed: Set<Int32>) {
    state.withLock { state in
      let now = ContinuousClock.now
      state.paused.removeAll { connection in
        let hasLeft = departed.contains(connection.descriptor)
        guard hasLeft || connection.due.map({ $0 <= now }) == true else { return false }
        if hasLeft { connection.client.noteDeparture() }
        connection.resume()
        return true
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
