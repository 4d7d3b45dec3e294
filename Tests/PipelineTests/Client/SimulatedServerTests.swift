import HTTP
import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing

/// The client against the simulated server, which shares no code with it but JSON.
@Suite(.timeLimit(.minutes(5))) struct SimulatedServerTests {
  private func simulator(_ rules: JSONValue, model: JSONObject = [:]) async throws -> OllamaSimulator {
    var entry: JSONObject = ["name": "m", "capabilities": ["tools"], "context_length": 32_768]
    for (key, value) in model { entry[key] = value }
    let scenario: JSONValue = ["models": [.object(entry)], "rules": rules]
    return try await OllamaSimulator(scenario: Scenario(parsing: scenario))
  }

  private func client(_ simulator: OllamaSimulator, limits: ModelLimits = ModelLimits()) -> OllamaClient {
    let server = ModelServer(name: "sim", url: simulator.url)
    return OllamaClient(api: OllamaAPI(ServerConnection(server: server, http: HTTPClient(), limits: limits)))
  }

  private func error(
    _ fault: JSONValue,
    reply: JSONValue = ["content": "a few words to stream", "chunk_bytes": 4],
    limits: ModelLimits = ModelLimits()
  ) async throws -> ModelError? {
    let simulator = try await simulator([["reply": reply, "fault": fault]])
    let client = client(simulator, limits: limits)
    return await #expect(throws: ModelError.self) { try await client.reply(to: .short()) }
  }

  @Test func readsAStreamedAnswer() async throws {
    let reply: JSONValue = ["content": "Good day to you, ünïcode.", "thinking": "hm", "chunk_bytes": 3]
    let simulator = try await simulator([["reply": reply]], model: ["capabilities": ["tools", "thinking"]])
    let answer = try await client(simulator).reply(to: .short())
    #expect(answer.content == "Good day to you, ünïcode.")
    #expect(answer.thinking == "hm")
    #expect(answer.finish == .stop)
    #expect(answer.usage.promptTokens.map { $0 > 0 } == true)
    #expect(answer.usage.outputTokens.map { $0 > 0 } == true)
  }

  @Test(arguments: ["lines", "final"])
  func readsCallsInBothWays(way: String) async throws {
    let calls: JSONValue = [
      ["name": "read_file", "arguments": ["path": "a"]], ["name": "read_file", "arguments": ["path": "b"]],
    ]
    let simulator = try await simulator([["reply": ["content": "So:", "tool_calls": calls, "calls_in": .string(way)]]])
    let tool = ToolDefinition(
      name: "read_file",
      description: "Reads a file.",
      parameters: ["type": "object", "properties": ["path": ["type": "string"]]]
    )
    let client = client(simulator)
    let answer = try await client.reply(to: .short(tools: [tool]))
    #expect(answer.content == "So:")
    #expect(answer.toolCalls.map { $0.arguments } == [["path": "a"], ["path": "b"]])

    var next = ModelRequest.short(tools: [tool])
    next.messages += [answer.message] + answer.toolCalls.map { .result("text", of: $0) }
    _ = try await client.reply(to: next)
    #expect(simulator.chatRequests.last?.messages.count == 4)
  }

  @Test func mapsEachFault() async throws {
    #expect(
      try await error(["kind": "http_status", "status": 500, "message": "oops"])
        == .serverError(server: "sim", status: 500, message: "oops")
    )
    #expect(
      try await error(["kind": "http_status", "status": 429, "message": "no", "headers": ["Retry-After": "7"]])
        == .refused(server: "sim", status: 429, message: "no", retryAfter: .seconds(7))
    )
    #expect(
      try await error(["kind": "error_line", "after_chunks": 2, "message": "lost the runner"])
        == .serverError(server: "sim", status: 200, message: "lost the runner")
    )
    guard case .transport? = try await error(["kind": "close_mid_stream", "after_chunks": 2]) else {
      Issue.record("A closed connection is a failure of transport.")
      return
    }
    guard case .malformedStream? = try await error(["kind": "malformed_json", "after_chunks": 1]) else {
      Issue.record("What is no JSON is malformed.")
      return
    }
  }

  @Test func mapsEachHang() async throws {
    #expect(
      try await error(
        ["kind": "hang", "after_chunks": 0],
        limits: ModelLimits(load: .milliseconds(200), firstToken: .milliseconds(200))
      )
        == .timeout(.load, server: "sim", after: .milliseconds(400))
    )
    #expect(
      try await error(["kind": "hang", "after_chunks": 2], limits: ModelLimits(idle: .milliseconds(200)))
        == .timeout(.idle, server: "sim", after: .milliseconds(200))
    )
  }

  @Test func readsAnAnswerThatComesSlowly() async throws {
    let reply: JSONValue = ["content": "slowly but surely", "chunk_bytes": 4]
    let simulator = try await simulator([["reply": reply, "fault": ["kind": "slow", "ms": 30]]])
    #expect(try await client(simulator).reply(to: .short()).content == "slowly but surely")
  }

  @Test func endsWhereNoRuleMatches() async throws {
    let simulator = try await simulator([["when": ["last_contains": "something else"], "reply": ["content": "x"]]])
    let client = client(simulator)
    let error = await #expect(throws: ModelError.self) { try await client.reply(to: .short()) }
    guard case .unmatchedScenario? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func namesTheModelsThatThereAre() async throws {
    let simulator = try await simulator([["reply": ["content": "x"]]])
    let client = client(simulator)
    await #expect(throws: ModelError.modelMissing("other", at: [.init(server: "sim", models: ["m"])])) {
      try await client.reply(to: .short("other"))
    }
  }

  @Test func isToldWhenThePromptDoesNotFit() async throws {
    let simulator = try await simulator([["reply": ["content": "x"]]])
    let client = client(simulator)
    var long = ModelRequest.short()
    long.messages = [.user(String(repeating: "word ", count: 10_000))]
    let error = await #expect(throws: ModelError.self) { try await client.reply(to: long) }
    guard case .overContext(let tokens?, limit: 4096)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(tokens > 12_000)
  }

  @Test func findsThatThePromptWasCut() async throws {
    let simulator = try await simulator([
      ["times": 1, "reply": ["content": "whole"]],
      ["reply": ["content": "blind"], "fault": ["kind": "truncate_prompt", "tokens": 900]],
    ])
    let metered = MeteredModelClient(client(simulator), meter: TokenMeter())
    var long = ModelRequest.short()
    long.messages = [.user(String(repeating: "word ", count: 1200))]
    #expect(try await metered.reply(to: long).content == "whole")
    let error = await #expect(throws: ModelError.self) { try await metered.reply(to: long) }
    guard case .promptCut(server: "sim", let sent, seen: 900)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect((1400...1600).contains(sent))
  }

  @Test func outlastsAFailureThatPasses() async throws {
    let fault: JSONValue = ["kind": "http_status", "status": 503]
    let simulator = try await simulator([["times": 3, "fault": fault], ["reply": ["content": "back"]]])
    let retrying = RetryingModelClient(client(simulator), patience: .seconds(60), clock: ManualClock())
    #expect(try await retrying.reply(to: .short()).content == "back")
    #expect(simulator.chatRequests.count == 4)
  }

  @Test func closesTheConnectionWhenItIsCancelled() async throws {
    let simulator = try await simulator([["reply": ["content": "x"], "fault": ["kind": "hang", "after_chunks": 0]]])
    let client = client(simulator)
    let task = Task { try await client.reply(to: .short()) }
    let request = try await simulator.nextRequest()
    task.cancel()
    #expect(try await simulator.endedRequest(id: request.id).isClientGone)
    let error = await #expect(throws: ModelError.self) { try await task.value }
    #expect(error == .cancelled)
  }

  @Test func knowsTheServersModels() async throws {
    let simulator = try await simulator([["reply": ["content": "x"]]])
    let api = client(simulator).api
    #expect(try await api.version().isEmpty == false)
    #expect(try await api.models().map { $0.name } == ["m"])
    #expect(try await api.running().isEmpty)
    #expect(try await api.details(of: "m").contextLength == 32_768)
    _ = try await client(simulator).reply(to: .short())
    #expect(try await api.running().map { $0.contextLength } == [4096])
  }
}
