import JSON
import Pipeline
import TestSupport
import Testing

@Suite struct TokenEstimatorTests {
  private func request(bytes: Int) -> ModelRequest {
    var request = ModelRequest.short()
    request.messages = [.user(String(repeating: "x", count: bytes - 16))]
    return request
  }

  @Test func assumesMuchBeforeTheFirstAnswer() {
    #expect(TokenEstimator().tokens(in: request(bytes: 3000)) == 1000)
  }

  @Test func learnsTheRatioOfEachModel() {
    var estimator = TokenEstimator()
    estimator.calibrate("m", bytes: 8000, promptTokens: 2000)
    #expect(estimator.tokens(in: request(bytes: 4000)) == 1000)
    #expect(estimator.tokens(inBytes: 3000, for: "other") == 1000)
  }

  @Test func learnsNothingFromShortPrompts() {
    var estimator = TokenEstimator()
    estimator.calibrate("m", bytes: 100, promptTokens: 100)
    #expect(!estimator.isCalibrated(for: "m"))
  }

  @Test func doesNotTakeABoundAnswerForACutPrompt() {
    var bound = request(bytes: 4000)
    bound.format = ["description": .string(String(repeating: "x", count: 4000))]
    #expect(TokenEstimator().tokens(in: bound) == TokenEstimator().tokens(in: request(bytes: 4000)))
  }

  @Test func forgetsOldAnswersSlowly() {
    var estimator = TokenEstimator()
    estimator.calibrate("m", bytes: 1_000_000, promptTokens: 500_000)
    for _ in 0..<200 { estimator.calibrate("m", bytes: 100_000, promptTokens: 25_000) }
    #expect(abs(estimator.bytesPerToken(of: "m") - 4) < 0.05)
  }

  @Test func readsWhatItWrote() throws {
    var estimator = TokenEstimator()
    estimator.calibrate("m", bytes: 8000, promptTokens: 2000)
    estimator.calibrate("a:1", bytes: 8001, promptTokens: 2001)
    #expect(TokenEstimator(json: try JSONValue(parsing: estimator.json.text())) == estimator)
  }

  @Test func countsAllThatTheModelIsShown() {
    var longer = ModelRequest.short()
    let before = TokenEstimator.bytes(of: longer)
    longer.tools = [ToolDefinition(name: "a", description: "b", parameters: ["type": "object"])]
    longer.messages.append(
      Message(role: .assistant, content: "", thinking: "hm", toolCalls: [ToolCall(id: "1", name: "a", arguments: [:])])
    )
    #expect(TokenEstimator.bytes(of: longer) > before + 60)
  }

  @Test func discardsAnAnswerToACutPrompt() async {
    let usage = ModelUsage(promptTokens: 10)
    let scripted = ScriptedModelClient([.success(ModelReply(content: "x", usage: usage, server: "s", model: "m"))])
    let meter = TokenMeter()
    await #expect(throws: ModelError.promptCut(server: "s", sent: 1000, seen: 10)) {
      try await MeteredModelClient(scripted, meter: meter).reply(to: request(bytes: 3000))
    }
    #expect(!meter.estimator.isCalibrated(for: "m"))
  }

  @Test func learnsFromEachAnswer() async throws {
    let usage = ModelUsage(promptTokens: 500)
    let scripted = ScriptedModelClient([.success(ModelReply(content: "x", usage: usage, server: "s", model: "m"))])
    let meter = TokenMeter()
    _ = try await MeteredModelClient(scripted, meter: meter).reply(to: request(bytes: 3000))
    #expect(meter.estimator.bytesPerToken(of: "m") == 6)
  }
}
