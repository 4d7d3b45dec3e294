@unsafe @preconcurrency import Glibc

/// A server on loopback that answers one request with one line again and again, as fast as it is read.
struct CannedServer {
  let port: UInt16

  /// Listens, and answers the first request with `count` times `line` and then `end`.
  init(line: String, count: Int, end: String) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, length) == 0 && listen(listener, 1) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard isBound else { throw ChildProcess.Failure(description: "No port could be had on loopback.") }
    port = UInt16(bigEndian: address.sin_port)
    let perBlock = 500
    let answer = Answer(
      listener: listener,
      block: Array(String(repeating: line, count: perBlock).utf8),
      blocks: count / perBlock,
      end: Array(end.utf8)
    )
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(answer).toOpaque()
    unsafe pthread_create(
      &thread,
      nil,
      { context in
        if let context = unsafe context { unsafe Unmanaged<Answer>.fromOpaque(context).takeRetainedValue().give() }
        return nil
      },
      context
    )
    pthread_detach(thread)
  }

  private final class Answer: Sendable {
    private let listener: Int32
    private let block: [UInt8]
    private let blocks: Int
    private let end: [UInt8]

    init(listener: Int32, block: [UInt8], blocks: Int, end: [UInt8]) {
      self.listener = listener
      self.block = block
      self.blocks = blocks
      self.end = end
    }

    func give() {
      let connection = accept(listener, nil, nil)
      close(listener)
      defer { close(connection) }
      var request = [UInt8](repeating: 0, count: 65_536)
      guard unsafe recv(connection, &request, request.count, 0) > 0 else { return }
      let head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nConnection: close\r\n\r\n"
      guard send(Array(head.utf8), to: connection) else { return }
      for _ in 0..<blocks {
        guard send(block, to: connection) else { return }
      }
      _ = send(end, to: connection)
    }

    private func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
      var rest = bytes[...]
      while !rest.isEmpty {
        let sent = unsafe rest.withUnsafeBytes {
          unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { return false }
        rest = rest.dropFirst(sent)
      }
      return true
    }
  }
}
