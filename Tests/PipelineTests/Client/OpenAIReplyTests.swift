import HTTP
import JSON
import Pipeline
import TestSupport
import Testing

/// Answers of servers that speak OpenAI's protocol, with their differences.
@Suite(.timeLimit(.minutes(5))) struct OpenAIReplyTests {
  private func reply(_ events: [String], limits: ModelLimits = ModelLimits()) async throws -> ModelReply {
    let server = ChatServer(lines: events.map { "data: \($0)\n" })
    return try await server.openAI(limits: limits).reply(to: .short())
  }

  private func error(_ events: [String], limits: ModelLimits = ModelLimits()) async -> ModelError? {
    await #expect(throws: ModelError.self) { try await reply(events, limits: limits) }
  }

  private static func chunk(_ delta: String, finish: String = "null") -> String {
    #"{"choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(finish)}]}"#
  }

  private static func call(_ call: String) -> String { chunk(#"{"tool_calls":[\#(call)]}"#) }

  private static let stop = chunk("{}", finish: #""stop""#)
  private static let called = chunk("{}", finish: #""tool_calls""#)

  @Test func joinsTheStreamedParts() async throws {
    let reply = try await reply([
      Self.chunk(#"{"role":"assistant","content":null}"#), Self.chunk(#"{"reasoning_content":"h"}"#),
      Self.chunk(#"{"reasoning":"m","reasoning_content":null}"#), Self.chunk(#"{"content":"Hel"}"#),
      Self.chunk(#"{"content":"lo"}"#),
      Self.stop, #"{"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":7}}"#, "[DONE]",
    ])
    #expect(
      reply
        == ModelReply(
          content: "Hello",
          thinking: "hm",
          usage: ModelUsage(promptTokens: 30, outputTokens: 7),
          server: "test",
          model: "m"
        )
    )
  }

  @Test func joinsCallsFromTheirPieces() async throws {
    let reply = try await reply([
      Self.call(#"{"index":0,"id":"x","type":"function","function":{"name":"read","arguments":"{"}}"#),
      Self.call(#"{"index":1,"id":"y","function":{"name":"list","arguments":""}}"#),
      Self.call(#"{"index":0,"function":{"arguments":"\"p\":\n"}}"#),
      Self.call(#"{"index":0,"function":{"arguments":"\"a\"}"}}"#), Self.called, "[DONE]",
    ])
    #expect(
      reply.toolCalls == [
        ToolCall(id: "x", name: "read", arguments: ["p": "a"]), ToolCall(id: "y", name: "list", arguments: [:]),
      ]
    )
    #expect(reply.finish == .stop)
    #expect(reply.content.isEmpty)
  }

  @Test(arguments: [
    // Without an index, by the ids.
    [
      #"{"id":"x","function":{"name":"a","arguments":"{\"n\":"}}"#, #"{"function":{"arguments":"1}"}}"#,
      #"{"id":"y","function":{"name":"b","arguments":"{\"n\":2}"}}"#,
    ],
    // All under one index.
    [
      #"{"index":0,"id":"x","function":{"name":"a","arguments":"{\"n\":1}"}}"#,
      #"{"index":0,"id":"y","function":{"name":"b","arguments":"{\"n\":2}"}}"#,
    ],
    // Id and name again with each piece, and arguments as an object.
    [
      #"{"index":0,"id":"x","function":{"name":"a","arguments":"{\"n\""}}"#,
      #"{"index":0,"id":"x","function":{"name":"a","arguments":":1}"}}"#,
      #"{"index":1,"id":"y","function":{"name":"b","arguments":{"n":2}}}"#,
    ],
    // The name in pieces.
    [
      #"{"index":0,"id":"x","function":{"name":"a"}}"#, #"{"index":0,"function":{"arguments":"{\"n\":1}"}}"#,
      #"{"index":1,"id":"y","function":{"name":""}}"#, #"{"index":1,"function":{"name":"b","arguments":"{\"n\":2}"}}"#,
    ],
  ])
  func keepsCallsApartHoweverTheServerMarksThem(pieces: [String]) async throws {
    let reply = try await reply(pieces.map { Self.call($0) } + [Self.called, "[DONE]"])
    #expect(
      reply.toolCalls == [
        ToolCall(id: "x", name: "a", arguments: ["n": 1]), ToolCall(id: "y", name: "b", arguments: ["n": 2]),
      ]
    )
  }

  @Test func takesAnAnswerThatIsNotStreamed() async throws {
    let server = ChatServer(
      status: "200 OK",
      body: """
        {
          "choices": [{"finish_reason": "stop", "index": 0, "message": {"role": "assistant", "content": "x"}}],
          "usage": {"prompt_tokens": 3, "completion_tokens": 1}
        }
        """
    )
    let reply = try await server.openAI().reply(to: .short())
    #expect(reply.content == "x")
    #expect(reply.usage == ModelUsage(promptTokens: 3, outputTokens: 1))
  }

  @Test func readsTimingsWhereThereIsNoUsage() async throws {
    let timings =
      #""timings":{"cache_n":20,"prompt_n":5,"prompt_ms":1.5,"predicted_n":7,"predicted_ms":250}"#
    let reply = try await reply([
      #"{"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}],\#(timings)}"#, "[DONE]",
    ])
    #expect(
      reply.usage
        == ModelUsage(
          promptTokens: 25,
          outputTokens: 7,
          prompt: .microseconds(1500),
          evaluation: .milliseconds(250)
        )
    )
  }

  @Test func neverCallsFromACutAnswer() async throws {
    let reply = try await reply([
      Self.call(#"{"index":0,"id":"x","function":{"name":"a","arguments":"{}"}}"#),
      Self.chunk("{}", finish: #""length""#), "[DONE]",
    ])
    #expect(reply.finish == .length)
    #expect(reply.toolCalls.isEmpty)
  }

  @Test func makesTextOfCallsThatCannotBeRead() async throws {
    let reply = try await reply([
      Self.chunk(#"{"content":"So:"}"#),
      Self.call(#"{"index":0,"id":"x","function":{"name":"a","arguments":"{\"n\":1}"}}"#),
      Self.call(#"{"index":1,"id":"y","function":{"name":"b","arguments":"{'n': 2}"}}"#), Self.called, "[DONE]",
    ])
    #expect(reply.finish == .unreadableCall)
    #expect(reply.toolCalls.isEmpty)
    #expect(
      reply.content == """
        So:
        {"name": "a", "arguments": {"n":1}}
        {"name": "b", "arguments": {'n': 2}}
        """
    )
  }

  @Test(arguments: [
    ("<think>hm</think>\n\nYes.", "stop", "Yes.", "hm"),
    ("hm\n</think>\n\nYes.", "stop", "Yes.", "hm"),
    ("<think>hm", "length", "", "hm"),
    ("<think>hm", "stop", "<think>hm", ""),
    ("Write `</think>` there.", "stop", "Write `</think>` there.", ""),
    ("See <think>\na\n</think>\n", "stop", "See <think>\na\n</think>\n", ""),
  ])
  func partsThinkingFromTheAnswer(text: String, finish: String, content: String, thinking: String) async throws {
    let reply = try await reply([
      Self.chunk(#"{"content":\#(JSONValue.string(text).text())}"#, finish: #""\#(finish)""#), "[DONE]",
    ])
    #expect(reply.content == content)
    #expect(reply.thinking == thinking)
  }

  @Test func takesAnEndWithoutItsMark() async throws {
    #expect(try await reply([Self.chunk(#"{"content":"x"}"#), Self.stop]).content == "x")
  }

  @Test(arguments: [[], [Self.chunk(#"{"content":"x"}"#)], ["nonsense", "[DONE]"], ["[1]", "[DONE]"]])
  func reportsAStreamThatIsNone(events: [String]) async {
    guard case .malformedStream(server: "test", _)? = await error(events) else {
      Issue.record("Not a malformed stream.")
      return
    }
  }

  @Test func saysWhatAnswersIfItSpeaksSomethingElse() async {
    let error = await error([#"{"type":"message_start"}"#, #"{"type":"message_stop"}"#])
    #expect(error?.consequence == .giveUp)
    #expect(error?.description.contains("does not speak OpenAI's protocol") == true)
  }

  @Test func endsAnAnswerThatGrowsTooLong() async {
    let piece = String(repeating: "x", count: 1000)
    let chunk = Self.call(#"{"index":0,"function":{"name":"a","arguments":"\#(piece)"}}"#)
    let error = await error([String](repeating: chunk, count: 50), limits: ModelLimits(answerBytes: 20_000))
    #expect(error == .answerTooLong(server: "test", limit: 20_000))
  }

  @Test func passesOverWhatKeepsTheConnectionOpen() async throws {
    let server = ChatServer(lines: [
      ": ping", "", "event: message", "id: 7", "data:" + Self.chunk(#"{"content":"x"}"#), "", "retry: 3",
      "data: " + Self.stop, "", "data: [DONE]", "",
    ])
    #expect(try await server.openAI().reply(to: .short()).content == "x")
  }
}
