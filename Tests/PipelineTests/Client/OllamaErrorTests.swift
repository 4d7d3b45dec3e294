import HTTP
import Pipeline
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct OllamaErrorTests {
  private func error(of client: OllamaClient, _ request: ModelRequest = .short()) async -> ModelError? {
    await #expect(throws: ModelError.self) { try await client.reply(to: request) }
  }

  @Test(
    arguments: [
      (
        "503 Busy", "Retry-After: 3\r\n", #"{"error":"busy"}"#,
        .serverError(server: "test", status: 503, message: "busy", retryAfter: .seconds(3))
      ),
      (
        "429 Slow", "Retry-After: soon\r\n", #"{"error":"limit"}"#,
        .refused(server: "test", status: 429, message: "limit")
      ),
      ("500 Oops", "", "plain words\nmore", .serverError(server: "test", status: 500, message: "plain words")),
      ("400 Bad", "", #"{"error":{"message":"m"}}"#, .refused(server: "test", status: 400, message: "m")),
      ("404 Not", "", "404 page not found", .refused(server: "test", status: 404, message: "404 page not found")),
      (
        "499 Gone", "", #"{"error":"request canceled"}"#,
        .serverError(server: "test", status: 499, message: "request canceled")
      ),
      ("418 Teapot", "", #"{"error":"no rule for …"}"#, .unmatchedScenario("no rule for …")),
      (
        "400 Bad", "",
        #"{"error":"{\"error\":{\"code\":400,\"message\":\"request (6030 tokens) exceeds …\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":6030,\"n_ctx\":512}}"}"#,
        .overContext(promptTokens: 6030, limit: 512)
      ),
      (
        "400 Bad", "", #"{"error":"the prompt is longer than the context length currently available to the model; x"}"#,
        .overContext(promptTokens: nil, limit: nil)
      ),
      (
        "307 Moved", "Location: https://h/\r\n", "",
        .refused(server: "test", status: 307, message: "The server points to 'https://h/'.")
      ),
    ] as [(String, String, String, ModelError)]
  )
  func readsWhatTheServerSays(status: String, headers: String, body: String, expected: ModelError) async {
    let server = ChatServer(status: status, headers: headers, body: body)
    #expect(await error(of: server.client()) == expected)
  }

  @Test(arguments: [
    (
      #"error parsing tool call: raw='{\"a\": ', err=b'', err=x"#, ModelReply.Finish.unreadableCall, #"{"a": ', err=b'"#
    ),
    ("error parsing tool call: Raw: {x} Error: y", .unreadableCall, "{x}"),
    (#"llama-server returned invalid tool call arguments for \"f\": unexpected end of JSON input"#, .length, ""),
    ("XML syntax error on line 5: element <a> closed by </b>", .unreadableCall, ""),
    ("EOF", .unreadableCall, ""),
  ])
  func takesTheModelsOwnMistakesAsItsAnswer(message: String, finish: ModelReply.Finish, content: String) async throws {
    let server = ChatServer(status: "500 Oops", body: #"{"error":"\#(message)"}"#)
    let reply = try await server.client().reply(to: .short())
    #expect(reply.finish == finish)
    #expect(reply.content == content)
  }

  @Test func listsWhatThereIsInsteadOfAMissingModel() async {
    let server = ChatServer { connection, request in
      if request.hasPrefix("GET /api/tags ") {
        connection.answer(#"{"models":[{"name":"a:1"},{"name":"b"}]}"#)
      } else {
        connection.answer(#"{"error":"model 'm' not found"}"#, status: "404 Not Found")
      }
    }
    #expect(
      await error(of: server.client()) == .modelMissing("m", at: [.init(server: "test", models: ["a:1", "b:latest"])])
    )
  }

  @Test func tellsAnAbsentServer() async {
    let server = ModelServer(name: "gone", url: "http://127.0.0.1:\(RawServer.freePort())")
    let error = await error(of: OllamaClient(api: OllamaAPI(ServerConnection(server: server, http: HTTPClient()))))
    guard case .transport(server: "gone", let message)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(message.contains("refused"))
  }

  @Test func doesNotRetryWhatIsNoAddress() async {
    let server = ModelServer(name: "odd", url: "gopher://x")
    let error = await error(of: OllamaClient(api: OllamaAPI(ServerConnection(server: server, http: HTTPClient()))))
    #expect(error?.isRetryable == false)
  }

  @Test func limitsLoadingAndTheFirstTokenApart() async throws {
    let limits = ModelLimits(load: .milliseconds(900), firstToken: .milliseconds(200))
    let server = ChatServer { connection, request in
      if request.contains("quick") {
        connection.answer(#"{"message":{"content":"x"},"done":true}"#)
      } else {
        connection.waitForClose()
      }
    }
    let client = server.client(limits: limits)
    #expect(await error(of: client) == .timeout(.load, server: "test", after: .milliseconds(1100)))
    var quick = ModelRequest.short()
    quick.messages = [.user("quick")]
    _ = try await client.reply(to: quick)
    #expect(await error(of: client) == .timeout(.firstToken, server: "test", after: .milliseconds(200)))
    // It may have been unloaded meanwhile.
    #expect(await error(of: client) == .timeout(.load, server: "test", after: .milliseconds(1100)))
  }

  @Test func limitsSilenceInsideAnAnswer() async {
    let server = ChatServer { connection, _ in
      connection.beginChunks()
      connection.sendChunk("{\"message\":{\"content\":\"x\"},\"done\":false}\n")
      connection.waitForClose()
    }
    let client = server.client(limits: ModelLimits(idle: .milliseconds(100)))
    #expect(await error(of: client) == .timeout(.idle, server: "test", after: .milliseconds(100)))
  }

  @Test func closesTheConnectionWhenItIsCancelled() async throws {
    let (events, saw) = AsyncStream<String>.makeStream()
    let server = ChatServer { connection, _ in
      saw.yield("asked")
      connection.waitForClose()
      saw.yield("closed")
    }
    let client = server.client()
    let task = Task { try await client.reply(to: .short()) }
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == "asked")
    task.cancel()
    let error = await #expect(throws: ModelError.self) { try await task.value }
    #expect(error == .cancelled)
    #expect(await iterator.next() == "closed")
  }

  /// Where the server runs it with another window, it has to be loaded anew.
  @Test(arguments: [(4096, .firstToken), (2048, .load)] as [(Int, ModelError.Limit)])
  func looksAfterASilenceWhetherTheModelIsLoaded(_ window: Int, _ limit: ModelError.Limit) async {
    let limits = ModelLimits(load: .milliseconds(900), firstToken: .milliseconds(400))
    let server = ChatServer { connection, request in
      guard request.hasPrefix("GET /api/ps ") else { return connection.waitForClose() }
      connection.answer(#"{"models":[{"name":"m:latest","context_length":\#(window)}]}"#)
    }
    let client = server.client(limits: limits)
    #expect(await error(of: client) == .timeout(.load, server: "test", after: .milliseconds(1300)))
    #expect(server.requests.count == 1)
    let after = Duration.milliseconds(limit == .load ? 1300 : 400)
    #expect(await error(of: client) == .timeout(limit, server: "test", after: after))
    #expect(server.requests.count == 3)
  }
}
