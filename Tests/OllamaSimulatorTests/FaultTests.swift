import JSON
import OllamaSimulator
import Testing

@Suite struct FaultTests {
  private func response(_ fault: JSONValue, stream: Bool = true) async throws -> RawResponse {
    let server = try await SimulatorFixture([["reply": ["content": "abcdefgh", "chunk_bytes": 2], "fault": fault]])
    return try await server.chat("Hi", ["stream": .bool(stream)])
  }

  @Test func answersWithAStatus() async throws {
    let response = try await response(
      ["kind": "http_status", "status": 503, "headers": ["Retry-After": "2"], "message": "server busy"]
    )
    #expect(response.status == 503)
    #expect(response.headers["retry-after"] == "2")
    #expect(response.error == "server busy")
  }

  @Test func answersWithABodyOfAnyKind() async throws {
    let response = try await response(["kind": "http_status", "status": 502, "body": "<html>Bad Gateway</html>"])
    #expect(response.body == "<html>Bad Gateway</html>")
    #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
  }

  @Test(arguments: [(0, ""), (2, "abcd"), (4, "abcdefgh"), (99, "abcdefgh")])
  func closesInTheMiddle(afterChunks: Int, content: String) async throws {
    let response = try await response(["kind": "close_mid_stream", "after_chunks": .integer(afterChunks)])
    #expect(response.status == 200)
    #expect(!response.isComplete)
    #expect(response.content == content)
  }

  @Test func closesInTheMiddleOfAnObject() async throws {
    let response = try await response(["kind": "close_mid_stream"], stream: false)
    #expect(!response.isComplete)
    #expect(response.body.hasPrefix("{\"model\""))
  }

  @Test func writesALineThatIsNoJSON() async throws {
    let response = try await response(["kind": "malformed_json", "after_chunks": 1])
    #expect(response.isComplete)
    #expect(response.content == "ab")
    #expect(response.body.split(separator: "\n").count == 2)
    #expect(response.lines.count == 1)
  }

  @Test func writesAnErrorLine() async throws {
    let response = try await response(["kind": "error_line", "after_chunks": 1, "message": "boom"])
    #expect(response.status == 200)
    #expect(response.lines.map { $0["error"] } == [nil, "boom"])
  }

  @Test func reportsAnErrorAsAStatusWhenNothingIsStreamed() async throws {
    let response = try await response(["kind": "error_line", "message": "boom"], stream: false)
    #expect(response.status == 500)
    #expect(response.error == "boom")
  }

  @Test func cutsThePrompt() async throws {
    let response = try await response(["kind": "truncate_prompt", "tokens": 3])
    #expect(response.content == "abcdefgh")
    #expect(response.lines.last?["prompt_eval_count"] == 3)
  }

  @Test func isSlowBeforeTheFirstLineOnRequest() async throws {
    let clock = ContinuousClock()
    let time = try await clock.measure { _ = try await response(["kind": "slow", "ms": 20, "after_chunks": 0]) }
    #expect(time >= .milliseconds(100))
  }

  @Test func answersSlowly() async throws {
    let clock = ContinuousClock()
    var content = ""
    let time = try await clock.measure { content = try await response(["kind": "slow", "ms": 20]).content }
    #expect(content == "abcdefgh")
    #expect(time >= .milliseconds(80))
  }

  @Test(arguments: [0, 2])
  func hangsForAWhile(afterChunks: Int) async throws {
    let clock = ContinuousClock()
    var content = ""
    let time = try await clock.measure {
      content = try await response(["kind": "hang", "ms": 50, "after_chunks": .integer(afterChunks)]).content
    }
    #expect(content == "abcdefgh")
    #expect(time >= .milliseconds(50))
  }

  @Test func refusesConnectionsForAWhile() async throws {
    let server = try await SimulatorFixture([
      ["times": 1, "fault": ["kind": "refuse", "ms": 200]], ["reply": ["content": "back"]],
    ])
    let port = server.simulator.port
    let refusal = try await onThread {
      let first = try RawConnection(port: port)
      defer { first.close() }
      let start = ContinuousClock.now
      try first.sendRequest("POST", "/api/chat", SimulatorFixture.body())
      #expect(throws: RawConnection.Failure.self) { try first.response() }
      #expect(throws: RawConnection.Failure.self) { try RawConnection(port: port) }
      while true {
        guard let later = try? RawConnection(port: port) else { continue }
        later.close()
        return ContinuousClock.now - start
      }
    }
    #expect(refusal >= .milliseconds(200))
    #expect(try await server.chat().content == "back")
  }

  @Test func refusesConnectionsForEver() async throws {
    let server = try await SimulatorFixture([["fault": ["kind": "refuse"]]])
    let port = server.simulator.port
    let kept = try await onThread {
      let connection = try RawConnection(port: port)
      try connection.sendRequest("GET", "/")
      _ = try connection.response()
      return connection
    }
    defer { kept.close() }
    _ = try? await server.chat()
    await #expect(throws: RawConnection.Failure.self) { try await server.request("GET", "/") }
    await #expect(throws: RawConnection.Failure.self) {
      try await onThread {
        try kept.sendRequest("GET", "/")
        return try kept.response()
      }
    }
  }
}
