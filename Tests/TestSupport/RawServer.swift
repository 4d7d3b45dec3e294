@unsafe @preconcurrency import Glibc
import Synchronization

/// A server on loopback that says exactly the bytes that a test wants said, each connection on a thread of its own.
package final class RawServer: Sendable {
  package let port: UInt16
  private let listener: Int32
  private let count = Mutex(0)

  package var url: String { "http://127.0.0.1:\(port)" }

  /// How many connections were accepted.
  package var connections: Int { count.withLock { $0 } }

  package init(_ handle: @escaping @Sendable (RawConnection) -> Void) {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = Self.bindToFreePort(listener)
    listen(listener, 64)
    let listener = listener
    // The thread must not hold the server, whose going away is what ends it.
    startThread { [weak self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else {
          // Closed here and not sooner: this thread could otherwise accept what is meant for the number's next owner.
          close(listener)
          return
        }
        self?.count.withLock { $0 += 1 }
        startThread {
          let connection = RawConnection(descriptor: descriptor)
          handle(connection)
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// A port on which nothing listens.
  package static func freePort() -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return bindToFreePort(descriptor)
  }

  static func bindToFreePort(_ descriptor: Int32) -> UInt16 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = unsafe bind(descriptor, address, length)
        _ = unsafe getsockname(descriptor, address, &length)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}

func startThread(_ body: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  let context = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  unsafe pthread_create(
    &thread,
    nil,
    { context in
      if let context = unsafe context { unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    },
    context
  )
  pthread_detach(thread)
}
