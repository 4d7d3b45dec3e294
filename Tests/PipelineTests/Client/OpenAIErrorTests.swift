import HTTP
import JSON
import Pipeline
import TestSupport
import Testing

/// What servers of OpenAI's protocol say when they do not answer, and what is to be done about it.
@Suite(.timeLimit(.minutes(5))) struct OpenAIErrorTests {
  private func error(_ server: ChatServer) async -> ModelError? {
    await #expect(throws: ModelError.self) { try await server.openAI().reply(to: .short()) }
  }

  @Test(
    arguments: [
      (
        503, #"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#,
        .serverError(server: "test", status: 503, message: "Loading model"), .retry
      ),
      (
        400,
        #"{"error":{"code":400,"message":"request (3030 tokens) exceeds the available context size (1024 tokens)","type":"exceed_context_size_error","n_prompt_tokens":3030,"n_ctx":1024}}"#,
        .overContext(promptTokens: 3030, limit: 1024), .shorten
      ),
      (
        400,
        #"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4500 in the messages, 500 in the completion).","type":"BadRequestError","code":400}"#,
        .overContext(promptTokens: 4500, limit: 4096), .shorten
      ),
      (
        400,
        #"{"error":{"message":"'max_tokens' is too large: 8192. This model's maximum context length is 4096 tokens and your request has 100 input tokens.","type":"BadRequestError","code":400}}"#,
        .overContext(promptTokens: 100, limit: 4096), .shorten
      ),
      (
        400, #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#,
        .overContext(promptTokens: nil, limit: nil), .shorten
      ),
      (
        404, #"{"object":"error","message":"The model `m` does not exist.","type":"NotFoundError","code":404}"#,
        .modelMissing("m", at: [.init(server: "test", models: [])]), .giveUp
      ),
      (404, #"{"detail":"Not Found"}"#, .refused(server: "test", status: 404, message: "Not Found"), .giveUp),
      (401, #"{"error":"Unauthorized"}"#, .refused(server: "test", status: 401, message: "Unauthorized"), .giveUp),
      (
        429, #"{"error":{"message":"slow down","type":"rate_limit"}}"#,
        .refused(server: "test", status: 429, message: "slow down"), .retry
      ),
      (
        500,
        #"{"error":{"code":500,"message":"Failed to parse tool call arguments as JSON: x","type":"server_error"}}"#,
        .refused(server: "test", status: 500, message: "Failed to parse tool call arguments as JSON: x"), .giveUp
      ),
      (
        500, #"{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}"#,
        .refused(server: "test", status: 500, message: "tools param requires --jinja flag"), .giveUp
      ),
      (
        502, "<html>Bad gateway</html>", .serverError(server: "test", status: 502, message: "<html>Bad gateway</html>"),
        .retry
      ),
    ] as [(Int, String, ModelError, Consequence)]
  )
  func readsWhatTheServerSays(status: Int, body: String, expected: ModelError, consequence: Consequence) async {
    let error = await error(ChatServer(status: "\(status) Said", body: body))
    #expect(error == expected)
    #expect(error?.consequence == consequence)
  }

  @Test(arguments: [
    #"{"error":{"code":500,"message":"Failed to parse input at pos 12: <tool_call>{'a'}\nb","type":"server_error"}}"#,
    #"{"error":{"code":"tool_use_failed","failed_generation":"<tool_call>{'a'}\nb","message":"Tool call validation failed"}}"#,
  ])
  func takesTheModelsOwnMistakesAsItsAnswer(body: String) async throws {
    for status in [400, 500] {
      let server = ChatServer(status: "\(status) Oops", body: body)
      let reply = try await server.openAI().reply(to: .short())
      #expect(reply.finish == .unreadableCall)
      #expect(reply.content == "<tool_call>{'a'}\nb")
      #expect(reply.consequence == .repair)
    }
  }

  private static let begun = #"data: {"choices":[{"delta":{"content":"So: "}}]}"#

  @Test(arguments: [
    [#"data: {"error":{"code":500,"message":"lost the slot","type":"server_error"}}"#],
    [#"error: {"code":500,"message":"lost the slot","type":"server_error"}"#],
    ["event: error", #"data: {"message":"lost the slot"}"#],
    [#"data: {"choices":[{"delta":{},"finish_reason":"error","error":{"message":"lost the slot"}}]}"#],
  ])
  func reportsAnErrorInsideTheStream(lines: [String]) async {
    let error = await error(ChatServer(lines: [Self.begun, ""] + lines + [""]))
    #expect(error == .serverError(server: "test", status: 200, message: "lost the slot"))
    #expect(error?.consequence == .retry)
  }

  @Test func takesAnUnreadableCallInsideTheStreamAsText() async throws {
    let server = ChatServer(lines: [
      Self.begun, "", #"data: {"error":{"code":500,"message":"Failed to parse input at pos 4: <tool_call>{x"}}"#, "",
    ])
    let reply = try await server.openAI().reply(to: .short())
    #expect(reply.finish == .unreadableCall)
    #expect(reply.content == "So: <tool_call>{x")
  }

  @Test func listsWhatThereIsInsteadOfAMissingModel() async {
    let server = ChatServer { connection, request in
      if request.hasPrefix("GET /v1/models ") {
        connection.answer(#"{"data":[{"id":"a"},{"id":"b:1"}]}"#)
      } else {
        connection.answer(#"{"error":{"code":"model_not_found","message":"no"}}"#, status: "404 Not Found")
      }
    }
    let error = await error(server)
    #expect(error == .modelMissing("m", at: [.init(server: "test", kind: .openai, models: ["a", "b:1"])]))
    #expect(error?.description.contains("ollama") == false)
  }
}
