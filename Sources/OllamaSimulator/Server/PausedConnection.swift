import CMicrohttpd
import Synchronization

/// A connection on which nothing is sent for a while.
struct PausedConnection: Sendable {
  /// The address of libmicrohttpd's connection, which stays where it is while it is suspended.
  let address: UInt
  /// When it goes on; nil is never.
  let due: ContinuousClock.Instant?
  let client: ClientWatch

  func isReady(at now: ContinuousClock.Instant) -> Bool {
    client.hasLeft || due.map { $0 <= now } ?? false
  }

  func resume() {
    unsafe cmhd_resume(OpaquePointer(bitPattern: address))
  }
}

/// Whether the client of a paused connection is still there.
final class ClientWatch: Sendable {
  private let left = Atomic<Bool>(false)

  var hasLeft: Bool { left.load(ordering: .acquiring) }

  func noteDeparture() {
    left.store(true, ordering: .releasing)
  }
}
