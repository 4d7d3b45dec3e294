import JSON
import Pipeline
import Testing

@Suite struct OllamaRequestTests {
  private let server = ChatServer(lines: [#"{"message":{"content":"x"},"done":true,"done_reason":"stop"}"#])

  @Test func sendsTheWholeRequest() async throws {
    let call = ToolCall(id: "c1", name: "read_file", arguments: ["path": "a"])
    let request = ModelRequest(
      model: "m",
      messages: [
        .system("s"), .user("u"), .assistant("", toolCalls: [call]), .result("text", of: call),
        Message(role: .assistant, content: "b", thinking: "hm"),
      ],
      tools: [ToolDefinition(name: "read_file", description: "Reads.", parameters: ["type": "object"])],
      format: ["type": "object"],
      options: ModelOptions(numContext: 8192, numPredict: 512, temperature: 0.5, seed: 7),
      think: false,
      keepAlive: .seconds(90)
    )
    _ = try await server.client().reply(to: request)
    let expected = try JSONValue(
      parsing: #"""
        {
          "model": "m:latest", "stream": true, "truncate": false, "shift": false, "think": false, "keep_alive": 90,
          "format": {"type": "object"},
          "options": {"num_ctx": 8192, "num_predict": 512, "temperature": 0.5, "seed": 7},
          "tools": [{
            "type": "function",
            "function": {"name": "read_file", "description": "Reads.", "parameters": {"type": "object"}}
          }],
          "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "u"},
            {"role": "assistant", "content": "", "tool_calls": [
              {"id": "c1", "function": {"index": 0, "name": "read_file", "arguments": {"path": "a"}}}
            ]},
            {"role": "tool", "content": "text", "tool_name": "read_file", "tool_call_id": "c1"},
            {"role": "assistant", "content": "b", "thinking": "hm"}
          ]
        }
        """#
    )
    #expect(try server.body == expected)
    #expect(server.requests.last?.hasPrefix("POST /api/chat HTTP/1.1\r\n") == true)
  }

  @Test func leavesToTheServerWhatTheRequestLeavesOpen() async throws {
    _ = try await server.client().reply(to: .short())
    let body = try server.body
    #expect(body.object?.keys == ["model", "messages", "stream", "truncate", "shift", "options"])
    #expect(body["options"] == ["num_ctx": 4096, "num_predict": 256])
  }

  @Test(arguments: [(Duration.seconds(0), 0), (.seconds(-5), -1), (.milliseconds(2500), 2)])
  func sendsKeepAliveInSeconds(keepAlive: Duration, seconds: Int) async throws {
    var request = ModelRequest.short()
    request.keepAlive = keepAlive
    _ = try await server.client().reply(to: request)
    #expect(try server.body["keep_alive"] == .integer(seconds))
  }

  @Test func sendsTheKeyAsABearerToken() async throws {
    _ = try await server.client(apiKey: "sesame").reply(to: .short())
    #expect(server.requests.last?.contains("Authorization: Bearer sesame\r\n") == true)
  }

  @Test func sendsNoKeyWhereThereIsNone() async throws {
    _ = try await server.client().reply(to: .short())
    #expect(server.requests.last?.contains("Authorization") == false)
  }

  @Test func neverShowsTheKey() {
    let server = ModelServer(name: "gpu", url: "http://h:1/", apiKey: "sesame")
    var dumped = ""
    dump(server, to: &dumped)
    #expect(!"\(server) \(String(reflecting: server)) \(dumped)".contains("sesame"))
    #expect(server.url == "http://h:1")
  }
}
