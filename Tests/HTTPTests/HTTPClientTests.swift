import HTTP
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPClientTests {
  private let client = HTTPClient()

  private func text(_ request: HTTPRequest) async throws -> String {
    let response = try await client.send(request)
    return String(decoding: try await response.body.collect(upTo: 1_000_000), as: UTF8.self)
  }

  @Test func returnsStatusHeadersAndBody() async throws {
    let server = RawServer { connection in
      while connection.readRequest() != nil {
        connection.answer("nothing here", status: "404 Not Found", headers: "X-Kind:  odd \r\nRetry-After: 3\r\n")
      }
    }
    let response = try await client.send(HTTPRequest(url: server.url + "/x"))
    #expect(response.status == 404)
    #expect(response.headers["retry-after"] == "3")
    #expect(response.headers["X-KIND"]?.hasPrefix("odd") == true)
    #expect(try await response.body.collect(upTo: 100) == Array("nothing here".utf8))
  }

  @Test(arguments: [0, 1, 5_000, 300_000])
  func sendsTheWholeBody(size: Int) async throws {
    let server = RawServer { connection in
      while let request = connection.readRequest() { connection.answer(request) }
    }
    let body = [UInt8](repeating: UInt8(ascii: "b"), count: size)
    let request = HTTPRequest(.post, url: server.url, headers: ["Content-Type": "text/plain"], body: body)
    let seen = try await text(request)
    #expect(seen.hasPrefix("POST / HTTP/1.1\r\n"))
    #expect(seen.contains("Content-Type: text/plain\r\n"))
    #expect(!seen.contains("Expect"))
    #expect(seen.utf8.count { $0 == UInt8(ascii: "b") } >= size)
    #expect(seen.hasSuffix("\r\n\r\n" + String(repeating: "b", count: size)))
  }

  @Test func keepsTheConnectionOpen() async throws {
    let server = RawServer { connection in
      while connection.readRequest() != nil { connection.answer("ok") }
    }
    for _ in 0..<5 { #expect(try await text(HTTPRequest(url: server.url)) == "ok") }
    #expect(server.connections == 1)
  }

  @Test func connectsAgainAfterTheServerClosed() async throws {
    let server = RawServer { connection in
      if connection.readRequest() != nil { connection.answer("ok") }
    }
    for _ in 0..<5 { #expect(try await text(HTTPRequest(.post, url: server.url, body: [1])) == "ok") }
  }

  @Test func skipsInterimAnswers() async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.send("HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\n")
      connection.answer("ok")
    }
    let response = try await client.send(HTTPRequest(url: server.url))
    #expect(response.status == 200)
    #expect(response.headers["X-A"] == nil)
  }

  @Test func servesManyRequestsAtOnce() async throws {
    let server = RawServer { connection in
      while let request = connection.readRequest() {
        connection.answer(String(request.split(separator: " ")[1]))
      }
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<40 {
        group.addTask { [self] in try await text(HTTPRequest(url: "\(server.url)/\(number)")) == "/\(number)" }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test func endsTheTransfersOfAClientThatGoesAway() async throws {
    let server = RawServer { connection in
      while connection.readRequest() != nil { connection.answer("ok") }
    }
    for _ in 0..<20 {
      let client = HTTPClient()
      let response = try await client.send(HTTPRequest(url: server.url))
      #expect(try await response.body.collect(upTo: 10) == Array("ok".utf8))
    }
  }

  @Test func readsABodyAfterItsClientWentAway() async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      for _ in 0..<50 { connection.sendChunk(String(repeating: "x", count: 10_000)) }
      connection.send("0\r\n\r\n")
    }
    let body = try await HTTPClient().send(HTTPRequest(url: server.url)).body
    #expect(try await body.collect(upTo: 1_000_000).count == 500_000)
  }

  @Test func keepsTheConnectionOfADrainedAnswer() async throws {
    let server = RawServer { connection in
      while connection.readRequest() != nil {
        connection.beginChunks()
        connection.sendChunk("x")
        pause(milliseconds: 20)
        connection.sendChunk("y")
        connection.send("0\r\n\r\n")
      }
    }
    for _ in 0..<3 {
      let body = try await client.send(HTTPRequest(url: server.url)).body
      var pieces = body.makeAsyncIterator()
      #expect(try await pieces.next()?.first == UInt8(ascii: "x"))
      body.drain()
      // The connection is free only when the answer has ended.
      try await Task.sleep(for: .milliseconds(150))
    }
    #expect(server.connections == 1)
  }
}
