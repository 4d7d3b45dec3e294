@unsafe @preconcurrency import Glibc
import JSON
import OllamaSimulator
import Testing

@Suite struct ConnectionTests {
  /// Sends one request, receives `lines` lines of the answer, and closes the connection.
  private func leave(_ server: SimulatorFixture, afterLines lines: Int, _ more: JSONObject = [:]) async throws {
    let port = server.simulator.port
    let simulator = server.simulator
    let connection = try await onThread {
      let connection = try RawConnection(port: port)
      try connection.sendRequest("POST", "/api/chat", SimulatorFixture.body("Hi", more))
      if lines > 0 { _ = try connection.receiveLines(lines) }
      return connection
    }
    let request = try await simulator.nextRequest()
    #expect(request.ending == .open)
    connection.close()
    let ended = try await simulator.endedRequest(id: request.id)
    #expect(ended.isClientGone)
  }

  @Test func noticesThatAClientLeavesBeforeTheAnswer() async throws {
    try await leave(try await SimulatorFixture([["fault": ["kind": "hang"]]]), afterLines: 0)
  }

  @Test func noticesThatAClientLeavesInTheMiddle() async throws {
    let rules: JSONValue = [
      ["reply": ["content": "abcd", "chunk_bytes": 1], "fault": ["kind": "hang", "after_chunks": 2]]
    ]
    try await leave(try await SimulatorFixture(rules), afterLines: 2)
  }

  @Test func noticesThatAClientLeavesASlowAnswer() async throws {
    let text = JSONValue.string(String(repeating: "x", count: 10_000))
    let rules: JSONValue = [["reply": ["content": text, "chunk_bytes": 1], "fault": ["kind": "slow", "ms": 5]]]
    try await leave(try await SimulatorFixture(rules), afterLines: 3)
  }

  @Test func noticesThatAClientLeavesWhileAModelLoads() async throws {
    try await leave(try await SimulatorFixture(models: [["name": "tiny:7b", "load_ms": 60_000]]), afterLines: 0)
  }

  @Test func noticesThatAClientLeavesAnAnswerThatIsSentAtFullSpeed() async throws {
    let text = JSONValue.string(longText(2_000_000))
    try await leave(try await SimulatorFixture([["reply": ["content": text, "chunk_bytes": 4]]]), afterLines: 3)
  }

  @Test func aClientThatWaitsForTheWholeAnswerHasNotLeft() async throws {
    let server = try await SimulatorFixture()
    _ = try await server.chat()
    let request = try await server.simulator.nextRequest()
    #expect(try await server.simulator.endedRequest(id: request.id).ending == .answered)
  }

  @Test func aConnectionThatTheServerCutsWasNotLeftByTheClient() async throws {
    let server = try await SimulatorFixture([["fault": ["kind": "close_mid_stream"]]])
    _ = try await server.chat()
    let request = try await server.simulator.nextRequest()
    #expect(try await server.simulator.endedRequest(id: request.id).ending == .answered)
  }

  @Test func recordsWhatWasAsked() async throws {
    let server = try await SimulatorFixture()
    let text = "[phase=coding task=t1 role=coding attempt=1]\nWrite it."
    _ = try await server.chat(text, ["tools": SimulatorFixture.tools("f"), "options": ["num_ctx": 512]])
    let request = try await server.simulator.nextRequest()
    #expect(request.model == "tiny:7b")
    #expect(request.messages.count == 1)
    #expect(request.toolNames == ["f"])
    #expect(request.options == ["num_ctx": 512])
    #expect(request.line?["task"] == "t1")
    #expect(request.ruleIndex == 0)
    #expect(request.status == 200)
  }

  @Test func handsOutRequestsInTheirOrder() async throws {
    let server = try await SimulatorFixture()
    let simulator = server.simulator
    async let first = simulator.nextRequest()
    _ = try await server.request("GET", "/api/tags")
    _ = try await server.chat("1")
    _ = try await server.chat("2")
    #expect(try await first.messages[0]["content"] == "1")
    #expect(try await simulator.nextRequest().messages[0]["content"] == "2")
    #expect(try await simulator.nextRequest(path: "/api/tags").method == "GET")
  }

  @Test func stoppingEndsWaitingAndHanging() async throws {
    let server = try await SimulatorFixture([["fault": ["kind": "hang"]]])
    let simulator = server.simulator
    let hanging = Task { try await server.chat() }
    _ = try await simulator.nextRequest()
    let waiting = Task { try await simulator.nextRequest() }
    await simulator.stop()
    await simulator.stop()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    await #expect(throws: RawConnection.Failure.self) { try await hanging.value }
    await #expect(throws: RawConnection.Failure.self) { try await server.request("GET", "/") }
  }

  @Test func aServerThatNobodyHoldsStops() async throws {
    func portOfAServer() async throws -> Int {
      let server = try await SimulatorFixture()
      _ = try await server.chat()
      return server.simulator.port
    }
    let port = try await portOfAServer()
    try await onThread {
      // The connections that come before the end are closed; if there were no end, this would not return.
      while let connection = try? RawConnection(port: port) { connection.close() }
    }
  }

  @Test func takesABodyThatIsAnnounced() async throws {
    let server = try await SimulatorFixture()
    let port = server.simulator.port
    let body = SimulatorFixture.body(String(repeating: "word ", count: 400_000))
    let response = try await onThread {
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      let head = "Host: a\r\nExpect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
      try connection.send("POST /api/chat HTTP/1.1\r\n\(head)")
      #expect(String(decoding: try connection.receive(), as: UTF8.self).hasPrefix("HTTP/1.1 100 "))
      try connection.send(body)
      return try connection.response()
    }
    #expect(response.content == "Hello.")
  }

  @Test func aCancelledTaskWaitsNoLonger() async throws {
    let simulator = try await SimulatorFixture().simulator
    let waiting = Task { try await simulator.nextRequest() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test func servesFourHundredConnectionsAtOnce() async throws {
    let text = String(repeating: "word ", count: 40)
    let server = try await SimulatorFixture([
      ["reply": ["content": .string(text), "chunk_bytes": 50], "fault": ["kind": "slow", "ms": 10]]
    ])
    let port = server.simulator.port
    let contents = try await onThread {
      let connections = try (0..<400).map { _ in try RawConnection(port: port) }
      defer { for connection in connections { connection.close() } }
      for connection in connections { try connection.sendRequest("POST", "/api/chat", SimulatorFixture.body()) }
      return try connections.map { try $0.response().content }
    }
    #expect(contents == Array(repeating: text, count: 400))
    #expect(server.simulator.chatRequests.count == 400)
  }

  @Test func aSlowClientCostsNoMemory() async throws {
    let text = JSONValue.string(longText(120 << 20))
    let server = try await SimulatorFixture([["reply": ["content": text, "chunk_bytes": 16_384]]])
    let port = server.simulator.port
    // The client takes nothing of an answer of 120 MB, so that only the sockets' buffers fill.
    let growth = try await onThread {
      let before = try residentBytes()
      let connection = try RawConnection(port: port, receiveBuffer: 4_096)
      defer { connection.close() }
      try connection.sendRequest("POST", "/api/chat", SimulatorFixture.body())
      _ = try connection.receive()
      // The server has one thread: when it answers this, it has sent the other what its socket takes.
      let last = try RawConnection(port: port)
      defer { last.close() }
      try last.sendRequest("GET", "/")
      _ = try last.response()
      return try residentBytes() - before
    }
    #expect(growth < 80 << 20)
  }
}

/// Made of bytes, because `String(repeating:count:)` adds them one by one.
private func longText(_ count: Int) -> String {
  String(decoding: [UInt8](repeating: UInt8(ascii: "x"), count: count), as: UTF8.self)
}

private func residentBytes() throws -> Int {
  let words = try textOfFile("/proc/self/statm").split(separator: " ")
  return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
}
