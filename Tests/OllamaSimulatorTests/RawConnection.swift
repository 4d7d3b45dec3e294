@unsafe @preconcurrency import Glibc
import JSON

/// A connection of a client that knows HTTP only as bytes, so that no mistake of a real client can hide one of the server.
///
/// Its functions block, for ten seconds at most.
struct RawConnection: Sendable {
  let descriptor: Int32

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else {
      let number = errno
      Glibc.close(descriptor)
      throw Failure(description: number == ECONNREFUSED ? "refused" : "connect failed with \(number)")
    }
  }

  func close() {
    Glibc.close(descriptor)
  }

  func send(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(description: "send failed with \(errno)") }
      rest = rest.dropFirst(count)
    }
  }

  func sendRequest(_ method: String, _ path: String, _ body: String = "") throws {
    let length = "Content-Length: \(body.utf8.count)\r\n"
    try send("\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(body.isEmpty ? "" : length)\r\n\(body)")
  }

  /// Some bytes; none when the server has closed the connection.
  func receive() throws -> [UInt8] {
    var waiting = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
    guard unsafe poll(&waiting, 1, 10_000) == 1 else { throw Failure(description: "nothing came in ten seconds") }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    if count < 0, errno != ECONNRESET { throw Failure(description: "recv failed with \(errno)") }
    return Array(buffer.prefix(max(0, count)))
  }

  /// Receives until `bytes` hold `count` lines of a streamed body.
  func receiveLines(_ count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count(where: { $0 == UInt8(ascii: "{") }) < count
      || !String(decoding: bytes, as: UTF8.self).hasSuffix("\n\r\n")
    {
      let more = try receive()
      guard !more.isEmpty else { throw Failure(description: "closed after \(bytes.count) bytes") }
      bytes += more
    }
    return bytes
  }

  /// One whole response.
  func response() throws -> RawResponse {
    var bytes: [UInt8] = []
    while true {
      if let response = RawResponse(bytes, isClosed: false) { return response }
      let more = try receive()
      if more.isEmpty {
        guard let response = RawResponse(bytes, isClosed: true) else {
          throw Failure(description: "closed without an answer")
        }
        return response
      }
      bytes += more
    }
  }
}

/// A response as it was on the wire.
struct RawResponse: Hashable, Sendable {
  var status = 0
  var headers: [String: String] = [:]
  var body = ""
  /// Whether the body ended as HTTP says it must.
  var isComplete = true

  /// Nil if there is no whole response in `bytes`; when the connection is closed, the head is enough.
  init?(_ bytes: [UInt8], isClosed: Bool) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let headEnd = text.range(of: "\r\n\r\n") else { return nil }
    let head = text[..<headEnd.lowerBound].split(separator: "\r\n")
    guard let statusLine = head.first?.split(separator: " "), statusLine.count > 1, let status = Int(statusLine[1])
    else {
      return nil
    }
    self.status = status
    for line in head.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = String(line[line.index(colon, offsetBy: 2)...])
    }
    let rest = bytes[text[..<headEnd.upperBound].utf8.count...]
    if headers["transfer-encoding"] == "chunked" {
      isComplete = readChunks(rest)
    } else {
      let length = headers["content-length"].flatMap { Int($0) } ?? 0
      isComplete = rest.count >= length
      body = String(decoding: rest.prefix(length), as: UTF8.self)
    }
    guard isComplete || isClosed else { return nil }
  }

  /// The lines of the body as JSON; a line that is none is left out.
  var lines: [JSONValue] { body.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) } }

  var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }

  var error: String? { json["error"]?.string }

  /// The texts of the lines, one after the other.
  var content: String { lines.compactMap { $0["message"]?["content"]?.string }.joined() }

  private mutating func readChunks(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    var collected: [UInt8] = []
    defer { body = String(decoding: collected, as: UTF8.self) }
    while let lineEnd = rest.firstIndex(of: 0x0A) {
      let size = String(decoding: rest[..<lineEnd].filter { $0 != 0x0D }, as: UTF8.self)
      guard let count = Int(size, radix: 16) else { return false }
      rest = rest[(lineEnd + 1)...]
      guard rest.count >= count + 2 else { return false }
      if count == 0 { return true }
      collected += rest.prefix(count)
      rest = rest.dropFirst(count + 2)
    }
    return false
  }
}

extension String {
  fileprivate func range(of part: String) -> Range<String.Index>? {
    let pattern = Array(part.utf8)
    for start in utf8.indices where utf8[start...].starts(with: pattern) {
      return start..<utf8.index(start, offsetBy: pattern.count)
    }
    return nil
  }
}
