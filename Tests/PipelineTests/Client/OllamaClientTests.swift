import HTTP
import JSON
import Pipeline
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct OllamaClientTests {
  private static let last =
    #"{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","#
    + #""load_duration":5,"prompt_eval_count":30,"prompt_eval_duration":6,"eval_count":7,"eval_duration":8}"#

  private func reply(_ lines: [String], limits: ModelLimits = ModelLimits()) async throws -> ModelReply {
    let server = ChatServer(lines: lines)
    return try await server.client(limits: limits).reply(to: .short())
  }

  private func error(_ lines: [String], limits: ModelLimits = ModelLimits()) async -> ModelError? {
    await #expect(throws: ModelError.self) { try await reply(lines, limits: limits) }
  }

  @Test func joinsTheStreamedParts() async throws {
    let reply = try await reply([
      #"{"message":{"role":"assistant","content":"","thinking":"hm"},"done":false}"#,
      #"{"message":{"role":"assistant","content":"Hel"},"done":false}"#,
      #"{"message":{"role":"assistant","content":"lo"},"done":false}"#,
      Self.last,
    ])
    #expect(
      reply
        == ModelReply(
          content: "Hello",
          thinking: "hm",
          usage: ModelUsage(
            promptTokens: 30,
            outputTokens: 7,
            load: .nanoseconds(5),
            prompt: .nanoseconds(6),
            evaluation: .nanoseconds(8)
          ),
          server: "test",
          model: "m"
        )
    )
  }

  @Test func takesCallsInLinesOfTheirOwn() async throws {
    let reply = try await reply([
      #"{"message":{"content":"I read.","tool_calls":[{"id":"call_a","function":{"index":0,"name":"read","arguments":{"p":1}}}]},"done":false}"#,
      #"{"message":{"content":"","tool_calls":[{"id":"call_b","function":{"index":1,"name":"read","arguments":{}}}]},"done":false}"#,
      Self.last,
    ])
    #expect(reply.content == "I read.")
    #expect(
      reply.toolCalls == [
        ToolCall(id: "call_a", name: "read", arguments: ["p": 1]), ToolCall(id: "call_b", name: "read", arguments: [:]),
      ]
    )
    #expect(reply.finish == .stop)
  }

  @Test func takesAllCallsFromTheLastLine() async throws {
    let reply = try await reply([
      #"{"message":{"content":"","tool_calls":[{"id":"x","function":{"name":"a","arguments":{}}},{"id":"y","function":{"name":"b","arguments":{}}}]},"done":true,"done_reason":"stop"}"#
    ])
    #expect(reply.toolCalls.map { $0.name } == ["a", "b"])
  }

  @Test func makesIdsWhereTheServerGivesNone() async throws {
    let call = #"{"function":{"name":"a","arguments":{}}}"#
    let same = #"{"id":"x","function":{"name":"a","arguments":{}}}"#
    let reply = try await reply([
      #"{"message":{"tool_calls":[\#(call),\#(call),\#(same),\#(same)]},"done":true,"done_reason":"stop"}"#
    ])
    let ids = reply.toolCalls.map { $0.id }
    #expect(ids.count == 4)
    #expect(Set(ids).count == 4)
    #expect(ids.allSatisfy { !$0.isEmpty })
  }

  @Test func readsArgumentsThatAreText() async throws {
    let reply = try await reply([
      #"{"message":{"tool_calls":[{"function":{"name":"a","arguments":"{\"p\":1}"}}]},"done":true}"#
    ])
    #expect(reply.toolCalls.map { $0.arguments } == [["p": 1]])
  }

  @Test func neverCallsFromACutAnswer() async throws {
    let reply = try await reply([
      #"{"message":{"tool_calls":[{"function":{"name":"a","arguments":{}}}]},"done":true,"done_reason":"length"}"#
    ])
    #expect(reply.finish == .length)
    #expect(reply.toolCalls.isEmpty)
  }

  @Test func knowsAnEmptyAnswer() async throws {
    #expect(try await reply([Self.last]).isEmpty)
  }

  @Test func reportsAnErrorInsideTheStream() async {
    let error = await error([
      #"{"message":{"content":"a"},"done":false}"#, #"{"error":"an error was encountered while running the model"}"#,
    ])
    #expect(
      error
        == .serverError(server: "test", status: 200, message: "an error was encountered while running the model")
    )
  }

  @Test func takesUnreadableCallsAsTheModelsText() async throws {
    let reply = try await reply([
      #"{"message":{"content":"a"},"done":false}"#,
      #"{"error":"error parsing tool call: raw='{\"p\": 1]', err=invalid character ']'"}"#,
    ])
    #expect(reply.finish == .unreadableCall)
    #expect(reply.content == #"a{"p": 1]"#)
  }

  @Test func findsTheErrorUnderAWrongKey() async throws {
    let reply = try await reply([
      #"{"error parsing tool call": "invalid character 'c' looking for beginning of value"}"#
    ])
    #expect(reply.finish == .unreadableCall)
  }

  @Test(arguments: [
    ["{\"message\":{\"content\":\"a\"}"], ["nonsense"], ["[1]"], [#"{"message":{"content":"a"},"done":false}"#], [],
    [#"{"message":{"tool_calls":[{"name":"a"}]},"done":true}"#],
  ])
  func reportsAStreamThatIsNone(lines: [String]) async {
    guard case .malformedStream(server: "test", let message)? = await error(lines) else {
      Issue.record("Not a malformed stream.")
      return
    }
    #expect(message.hasSuffix("."))
  }

  @Test func endsAnAnswerThatGrowsTooLong() async {
    let line = #"{"message":{"content":"\#(String(repeating: "x", count: 1000))"},"done":false}"#
    let error = await error([String](repeating: line, count: 50), limits: ModelLimits(answerBytes: 20_000))
    #expect(error == .answerTooLong(server: "test", limit: 20_000))
  }

  @Test func tellsHowFarTheAnswerHasCome() async throws {
    let server = ChatServer(lines: [
      #"{"message":{"content":"","thinking":"hm"},"done":false}"#, #"{"message":{"content":"abc"},"done":false}"#,
      Self.last,
    ])
    let heard = Mutex<[StreamProgress]>([])
    _ = try await server.client().reply(to: .short()) { progress in heard.withLock { $0.append(progress) } }
    #expect(
      heard.withLock { $0 } == [
        StreamProgress(stage: .waiting), StreamProgress(stage: .thinking, parts: 1, bytes: 2),
        StreamProgress(stage: .writing, parts: 2, bytes: 5), StreamProgress(stage: .writing, parts: 2, bytes: 5),
      ]
    )
  }

  @Test func keepsTheConnectionForTheNextRequest() async throws {
    let connections = Mutex(0)
    let server = RawServer { connection in
      connections.withLock { $0 += 1 }
      while connection.readRequest() != nil {
        connection.beginChunks()
        connection.sendChunk(Self.last + "\n")
        connection.send("0\r\n\r\n")
      }
    }
    let connection = ServerConnection(server: ModelServer(name: "test", url: server.url), http: HTTPClient())
    let client = OllamaClient(api: OllamaAPI(connection))
    for _ in 0..<4 { _ = try await client.reply(to: .short()) }
    #expect(connections.withLock { $0 } <= 2)
  }

  @Test func takesALineThatNeverEndsForAFailureOfTheServer() async {
    let line = #"{"message":{"content":"\#(String(repeating: "x", count: 200_000))"#
    let error = await error([line], limits: ModelLimits(answerBytes: 20_000))
    #expect(error?.isInfrastructure == true && error?.isRetryable == true)
    #expect(error?.description.contains("A line of the answer is longer than") == true, "\(String(describing: error))")
  }
}
