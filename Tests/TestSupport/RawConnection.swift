@unsafe @preconcurrency import Glibc

/// The server's end of one connection.
package final class RawConnection: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Reads one request, head and body, or returns nothing when the client has gone.
  package func readRequest() -> String? {
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
  package func send(_ text: String) -> Bool {
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
  package func answer(_ body: String, status: String = "200 OK", headers: String = "") {
    send("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// Sends the head of an answer in chunks.
  package func beginChunks() {
    send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
  }

  @discardableResult
  package func sendChunk(_ text: String) -> Bool {
    send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
  }

  /// Blocks until the client closes the connection.
  package func waitForClose() {
    while receive(1) != nil {}
  }

  private func receive(_ count: Int) -> String? {
    var buffer = [UInt8](repeating: 0, count: count)
    let received = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, count, 0) }
    return received > 0 ? String(decoding: buffer[..<received], as: UTF8.self) : nil
  }
}

/// Blocks the calling thread, which must be a test server's own.
package func pause(milliseconds: UInt32) {
  usleep(milliseconds * 1000)
}
