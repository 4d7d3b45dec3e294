import HTTP
import TestSupport
import Testing

@Suite struct HTTPErrorTests {
  private let client = HTTPClient()
  private let short = HTTPLimits(connect: .seconds(5), firstByte: .milliseconds(150), idle: .milliseconds(150))

  private func code(_ request: HTTPRequest) async throws -> HTTPError.Code? {
    do throws(HTTPError) {
      _ = try await client.send(request).body.collect(upTo: 1_000_000)
      return nil
    } catch {
      #expect(error.message.hasSuffix("."))
      return error.code
    }
  }

  @Test func tellsARefusedConnection() async throws {
    let request = HTTPRequest(url: "http://127.0.0.1:\(RawServer.freePort())/")
    #expect(try await code(request) == .refused)
  }

  @Test func tellsAnUnknownHost() async throws {
    #expect(try await code(HTTPRequest(url: "http://no-such-host.invalid/")) == .cannotResolve)
  }

  @Test(arguments: [
    "ftp://127.0.0.1/", "127.0.0.1:80", "", "http://", "http:///x", "http://a b/", "file:///etc/passwd",
  ])
  func refusesWhatIsNoWebAddress(url: String) async throws {
    #expect(try await code(HTTPRequest(url: url)) == .invalidRequest)
  }

  @Test func refusesAHeaderWithALineBreak() async throws {
    let request = HTTPRequest(url: "http://127.0.0.1/", headers: ["X": "a\r\nY: b"])
    #expect(try await code(request) == .invalidRequest)
  }

  @Test func limitsTheWaitForAConnection() async throws {
    let listener = FullListener()
    let limits = HTTPLimits(connect: .milliseconds(150), firstByte: .seconds(5), idle: .seconds(5))
    let request = HTTPRequest(url: "http://127.0.0.1:\(listener.port)/", limits: limits)
    #expect(try await code(request) == .timeout(.connect))
  }

  @Test func limitsTheWaitForTheFirstByte() async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.waitForClose()
    }
    #expect(try await code(HTTPRequest(url: server.url, limits: short)) == .timeout(.firstByte))
  }

  @Test func countsHeadersAloneAsNoAnswer() async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      connection.waitForClose()
    }
    #expect(try await code(HTTPRequest(url: server.url, limits: short)) == .timeout(.firstByte))
  }

  @Test func limitsTheSilenceInsideAnAnswer() async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      connection.sendChunk("some")
      connection.waitForClose()
    }
    let limits = HTTPLimits(connect: .seconds(5), firstByte: .seconds(20), idle: .milliseconds(150))
    let start = ContinuousClock.now
    #expect(try await code(HTTPRequest(url: server.url, limits: limits)) == .timeout(.idle))
    #expect(start.duration(to: .now) >= .milliseconds(150))
  }

  @Test func limitsNoAnswerThatKeepsArriving() async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      for _ in 0..<20 {
        connection.sendChunk("some")
        pause(milliseconds: 100)
      }
      connection.send("0\r\n\r\n")
    }
    let request = HTTPRequest(
      url: server.url,
      limits: HTTPLimits(connect: .seconds(5), firstByte: .milliseconds(1500), idle: .milliseconds(1500))
    )
    #expect(try await code(request) == nil)
  }

  @Test(arguments: [
    "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
  ])
  func tellsAnAnswerThatBreaksOff(answer: String) async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.send(answer)
    }
    #expect(try await code(HTTPRequest(url: server.url)) == .closed)
  }

  @Test func refusesABodyOverTheLimit() async throws {
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.answer(String(repeating: "x", count: 1_000_001))
    }
    #expect(try await code(HTTPRequest(url: server.url)) == .tooLong)
  }
}
