import HTTP
import JSON
import Pipeline
import Testing

@Suite(.timeLimit(.minutes(5))) struct OpenAIRequestTests {
  private let server = ChatServer(lines: [#"data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}"#, ""])

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
    _ = try await server.openAI().reply(to: request)
    let expected = try JSONValue(
      parsing: #"""
        {
          "model": "m", "stream": true, "stream_options": {"include_usage": true},
          "max_tokens": 512, "temperature": 0.5, "seed": 7, "chat_template_kwargs": {"enable_thinking": false},
          "response_format": {
            "type": "json_schema", "json_schema": {"name": "answer", "strict": true, "schema": {"type": "object"}}
          },
          "tools": [{
            "type": "function",
            "function": {"name": "read_file", "description": "Reads.", "parameters": {"type": "object"}}
          }],
          "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "u"},
            {"role": "assistant", "content": "", "tool_calls": [
              {"id": "c1", "type": "function", "function": {"name": "read_file", "arguments": "{\"path\":\"a\"}"}}
            ]},
            {"role": "tool", "content": "text", "name": "read_file", "tool_call_id": "c1"},
            {"role": "assistant", "content": "b", "reasoning_content": "hm"}
          ]
        }
        """#
    )
    #expect(try server.body == expected)
    #expect(server.requests.last?.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n") == true)
  }

  @Test func leavesToTheServerWhatTheRequestLeavesOpen() async throws {
    _ = try await server.openAI().reply(to: .short())
    #expect(try server.body.object?.keys == ["model", "messages", "stream", "stream_options", "max_tokens"])
  }

  @Test func asksForAnyJSON() async throws {
    var request = ModelRequest.short()
    request.format = "json"
    _ = try await server.openAI().reply(to: request)
    #expect(try server.body["response_format"] == ["type": "json_object"])
  }

  @Test func sendsATagThatIsNotTheStandardOne() async throws {
    _ = try await server.openAI().reply(to: .short("org/m:fp8"))
    #expect(try server.body["model"] == "org/m:fp8")
  }

  @Test func sendsTheKeyAsABearerToken() async throws {
    _ = try await server.openAI(apiKey: "sesame").reply(to: .short())
    #expect(server.requests.last?.contains("Authorization: Bearer sesame\r\n") == true)
  }

  @Test(arguments: ["http://h:1/v1", "http://h:1/v1/", "http://h:1/", "http://h:1"])
  func takesAnAddressWithOrWithoutTheVersion(url: String) {
    #expect(ModelServer(name: "x", kind: .openai, url: url).url == "http://h:1")
  }
}
