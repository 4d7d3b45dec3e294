import JSON
import OllamaSimulator
import Testing

@Suite struct TokenTests {
  static let models: JSONValue = [["name": "tiny:7b", "context_length": 100, "bytes_per_token": 3]]

  private func counts(_ more: JSONObject, reply: JSONValue = ["content": "12345"]) async throws -> [Int?] {
    let server = try await SimulatorFixture([["reply": reply]], models: Self.models)
    let last = try await server.chat("Hi", more).lines.last
    return [last?["prompt_eval_count"]?.integer, last?["eval_count"]?.integer]
  }

  @Test func countsTheBytesOfMessagesAndTools() async throws {
    // [{"role":"user","content":"Hi"}] has 32 bytes, [{"type":"function","function":{"name":"f"}}] has 44.
    #expect(try await counts([:]) == [11, 2])
    #expect(try await counts(["tools": SimulatorFixture.tools("f")]) == [26, 2])
  }

  @Test func cutsThePromptAtTheContext() async throws {
    #expect(try await counts(["options": ["num_ctx": 7]]) == [7, 2])
    let long = String(repeating: "word ", count: 1_000)
    #expect(
      try await counts(["messages": [["role": "user", "content": .string(long)]], "options": ["num_ctx": 4_096]]) == [
        100, 2,
      ]
    )
  }

  @Test func refusesAPromptThatMustNotBeCut() async throws {
    let server = try await SimulatorFixture(models: Self.models)
    let response = try await server.chat("Hi", ["truncate": false, "options": ["num_ctx": 10]])
    #expect(response.status == 400)
    #expect(
      response.error == #"{"error":{"code":400,"message":"request (11 tokens) exceeds the available context size "#
        + #"(10 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":11,"n_ctx":10}}"#
    )
    #expect(try await server.chat("Hi", ["truncate": false, "options": ["num_ctx": 11]]).status == 200)
  }

  @Test func stopsAtTheLimitOfTheAnswer() async throws {
    let server = try await SimulatorFixture(
      [["reply": ["content": "ab€def", "tool_calls": [["name": "f"]]]]],
      models: Self.models
    )
    let cut = try await server.chat("Hi", ["options": ["num_predict": 1]])
    #expect(cut.content == "ab")
    #expect(cut.lines.last?["done_reason"] == "length")
    #expect(cut.lines.last?["eval_count"] == 1)
    #expect(!cut.body.contains("tool_calls"))
    let whole = try await server.chat("Hi", ["options": ["num_predict": 4]])
    #expect(whole.lines.last?["done_reason"] == "stop")
    #expect(whole.body.contains("tool_calls"))
  }

  @Test func givesTheDoneReasonOfTheScenario() async throws {
    let server = try await SimulatorFixture([["reply": ["content": "half a sen", "done_reason": "length"]]])
    #expect(try await server.chat().lines.last?["done_reason"] == "length")
  }
}
