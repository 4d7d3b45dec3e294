import CSystem
@unsafe @preconcurrency import Glibc

/// A TCP socket that listens on the loopback address.
struct ListeningSocket: Sendable {
  let descriptor: Int32
  let port: Int

  /// Listens on `port`, or on a free one if that is 0.
  init(port: Int) throws(HTTPServerError) {
    guard let number = UInt16(exactly: port) else {
      throw HTTPServerError("The port \(port) does not exist. Give one from 0 to 65535; 0 takes any that is free.")
    }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | system_sock_nonblock_cloexec, 0)
    guard descriptor >= 0 else { throw Self.failure(port, errno) }
    do throws(HTTPServerError) {
      var on: Int32 = 1
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      guard unsafe Self.withAddress(number, { unsafe bind(descriptor, $0, $1) }) == 0, listen(descriptor, 1_024) == 0
      else { throw Self.failure(port, errno) }
      self.port = try Self.boundPort(of: descriptor)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  /// Accepts one waiting connection, or nil if there is none.
  func accept() -> Int32? {
    let connection = accept4(descriptor, nil, nil, system_sock_nonblock_cloexec)
    return connection >= 0 ? connection : nil
  }

  /// Refuses new connections from now on, whoever waits on the descriptor; `close` is still due.
  func refuse() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  func close() {
    Glibc.close(descriptor)
  }

  /// Calls `body` with the loopback address and `port` in the form of the socket functions.
  static func withAddress<Result>(
    _ port: UInt16,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }

  private static func boundPort(of descriptor: Int32) throws(HTTPServerError) -> Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    guard status == 0 else { throw failure(0, errno) }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func failure(_ port: Int, _ number: Int32) -> HTTPServerError {
    HTTPServerError(
      "Cannot listen on 127.0.0.1:\(port): \(systemMessage(number)). Choose another port; 0 takes any that is free."
    )
  }
}
