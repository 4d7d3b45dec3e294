@unsafe @preconcurrency import Glibc
import Synchronization

/// A server on loopback that says exactly the bytes that a test wants said, each connection on a thread of its own.
final class RawServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let count = Mutex(0)

  var url: String { "http://127.0.0.1:\(port)" }

  /// How many connections were accepted.
  var connections: Int { count.withLock { $0 } }

  init(_ handle: @escaping @Sendable (RawConnection) -> Void) {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = Self.bindToFreePort(listener)
    listen(listener, 64)
    let listener = listener
    // The thread must not hold the server, whose going away is what ends it.
    startThread { [weak self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
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
    close(listener)
  }

  /// A port on which nothing listens.
  static func freePort() -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return bindToFreePort(descriptor)
  }

  fileprivate static func bindToFreePort(_ descriptor: Int32) -> UInt16 {
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

/// A port whose queue of connections is full, so that a further one is neither accepted nor refused.
final class FullListener {
  let port: UInt16
  private var descriptors: [Int32] = []

  init() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = RawServer.bindToFreePort(listener)
    listen(listener, 0)
    descriptors = [listener]
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    for _ in 0..<3 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      descriptors.append(client)
      unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          _ = unsafe connect(client, address, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }
}

/// The server's end of one connection.
final class RawConnection: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Reads one request, head and body, or returns nothing when the client has gone.
  func readRequest() -> String? {
    var text = ""
    while let byte = receive(1) {
      text += byte
      guard text.hasSuffix("\r\n\r\n") else { continue }
      var length = 0
      for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
        length = Int(line.dropFirst(15).drop { $0 == " " }) ?? 0
      }
      var body = ""
      while body.utf8.count < length, let more = receive(length - body.utf8.count) { body += more }
      return text + body
    }
    return nil
  }

  /// Sends text, or says that the client has gone.
  @discardableResult
  func send(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let sent = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      bytes = bytes.dropFirst(sent)
    }
    return true
  }

  /// Sends a whole answer with a length.
  func answer(_ body: String, status: String = "200 OK", headers: String = "") {
    send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// Sends the head of an answer in chunks.
  func beginChunks() {
    send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
  }

  @discardableResult
  func sendChunk(_ text: String) -> Bool {
    send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  /// Blocks until the client closes the connection.
  func waitForClose() {
    while receive(1) != nil {}
  }

  private func receive(_ count: Int) -> String? {
    var buffer = [UInt8](repeating: 0, count: count)
    let received = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, count, 0) }
    return received > 0 ? String(decoding: buffer[..<received], as: UTF8.self) : nil
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void

  init(_ run: @escaping @Sendable () -> Void) {
    self.run = run
  }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
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
