import JSON
import OllamaSimulator
import Testing

@Suite struct ProtocolTests {
  @Test func answersAtTheRoot() async throws {
    let server = try await SimulatorFixture()
    let response = try await server.request("GET", "/")
    #expect(response.body == "Ollama is running")
    #expect(response.headers["content-type"] == "text/plain; charset=utf-8")
    #expect(try await server.request("GET", "/api/version").json["version"]?.string?.isEmpty == false)
  }

  @Test func listsTheModels() async throws {
    let server = try await SimulatorFixture()
    let models = try #require(try await server.request("GET", "/api/tags").json["models"]?.array)
    #expect(models.map { $0["name"]?.string } == ["tiny:7b", "thinker:latest", "plain:latest"])
    #expect(models[0]["digest"]?.string?.count == 64)
    #expect(models[0]["details"]?["parameter_size"] == "7.0B")
    #expect(models[2]["capabilities"] == ["completion"])
  }

  @Test func showsAModel() async throws {
    let server = try await SimulatorFixture(models: [["name": "a", "context_length": 1_000]])
    let shown = try await server.request("POST", "/api/show", #"{"model": "a:latest"}"#).json
    let architecture = try #require(shown["model_info"]?["general.architecture"]?.string)
    #expect(shown["model_info"]?["\(architecture).context_length"] == 1_000)
    #expect(shown["capabilities"] == ["completion", "tools"])
  }

  @Test(arguments: [
    ("GET", "/api/nope", "", 404, "404 page not found"),
    ("GET", "/api/chat", "", 405, "405 method not allowed"),
    ("POST", "/api/tags", "", 405, "405 method not allowed"),
    ("POST", "/api/show", "{}", 400, #"{"error":"model is required"}"#),
    ("POST", "/api/show", #"{"model":"nope"}"#, 404, #"{"error":"model 'nope:latest' not found"}"#),
    ("POST", "/api/chat", "", 400, #"{"error":"missing request body"}"#),
    ("POST", "/api/chat", #"{"model": "#, 400, #"{"error":"unexpected EOF"}"#),
    ("POST", "/api/chat", #"{"messages":[]}"#, 400, #"{"error":"model is required"}"#),
    ("POST", "/api/chat", #"{"model":"nope"}"#, 404, #"{"error":"model 'nope' not found"}"#),
    (
      "POST", "/api/chat", #"{"model":"plain","tools":[{"type":"function"}]}"#, 400,
      #"{"error":"registry.ollama.ai/library/plain:latest does not support tools"}"#
    ),
    (
      "POST", "/api/chat", #"{"model":"plain","think":true}"#, 400,
      #"{"error":"\"plain\" does not support thinking"}"#
    ),
    (
      "POST", "/api/chat", #"{"model":"thinker","think":"ultra"}"#, 400,
      #"{"error":"invalid think value: \"ultra\" (must be \"high\", \"medium\", \"low\", \"max\", true, or false)"}"#
    ),
    (
      "POST", "/api/chat", #"{"model":"plain","keep_alive":"soon"}"#, 400,
      #"{"error":"time: invalid duration \"soon\""}"#
    ),
    (
      "POST", "/api/chat", #"{"model":"plain","options":{"num_predict":"ten"}}"#, 500,
      #"{"error":"option \"num_predict\" must be of type integer"}"#
    ),
    (
      "POST", "/api/chat", #"{"model":"plain","messages":[{"role":"user","content":[]}]}"#, 400,
      #"{"error":"json: cannot unmarshal array into Go struct field Alias.content of type string"}"#
    ),
    (
      "POST", "/api/chat",
      #"{"model":"plain","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1}"}}]}]}"#,
      400, #"{"error":"json: cannot unmarshal \"{\\\"a\\\":1}\" into Go value of type map"}"#
    ),
    (
      "POST", "/api/chat",
      #"{"model":"tiny:7b","tools":[{"function":{"name":"f","parameters":{"properties":{"a":"string"}}}}]}"#, 400,
      #"{"error":"json: cannot unmarshal string into Go value of type api.ToolProperty"}"#
    ),
    (
      "POST", "/api/chat", #"{"model":"plain","format":"xml"}"#, 400,
      #"{"error":"invalid format: \"xml\"; expected \"json\" or a valid JSON Schema object"}"#
    ),
    (
      "POST", "/api/chat", #"{"model":"plain"}"#, 200,
      #""message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}"#
    ),
    ("POST", "/api/chat", #"{"model":"plain","keep_alive":0}"#, 200, #""done_reason":"unload"}"#),
  ])
  func saysWhatOllamaSays(method: String, path: String, body: String, status: Int, end: String) async throws {
    let server = try await SimulatorFixture()
    let response = try await server.request(method, path, body)
    #expect(response.status == status)
    #expect(response.body.hasSuffix(end), "\(response.body)")
  }

  @Test func streamsOneLinePerChunk() async throws {
    let server = try await SimulatorFixture([["reply": ["content": "Grüße an <alle> & jeden", "chunk_bytes": 3]]])
    let response = try await server.chat()
    #expect(response.headers["content-type"] == "application/x-ndjson")
    #expect(response.headers["transfer-encoding"] == "chunked")
    #expect(response.content == "Grüße an <alle> & jeden")
    let lines = response.lines
    #expect(lines.dropLast().allSatisfy { ($0["message"]?["content"]?.string ?? "").utf8.count <= 3 })
    #expect(lines.dropLast().allSatisfy { $0["done"] == false })
    #expect(lines.last?["done"] == true)
    #expect(lines.last?["done_reason"] == "stop")
    #expect(lines.last?["eval_count"] == 7)
    #expect(response.body.contains("\\u003c"))
  }

  @Test func answersInOneObjectWithoutStreaming() async throws {
    let server = try await SimulatorFixture([
      ["reply": ["content": "Now.", "tool_calls": [["name": "f", "arguments": ["a": 1]], ["name": "g"]]]]
    ])
    let response = try await server.chat("Hi", ["stream": false])
    #expect(response.headers["content-type"] == "application/json; charset=utf-8")
    let message = try #require(response.json["message"])
    #expect(message["content"] == "Now.")
    let calls = try #require(message["tool_calls"]?.array)
    #expect(calls.map { $0["function"]?["index"] } == [0, 1])
    #expect(calls[0]["function"]?["arguments"] == ["a": 1])
    #expect(calls[1]["function"]?["arguments"] == [:])
  }

  @Test func putsEachCallOnALineOfItsOwn() async throws {
    let server = try await SimulatorFixture([
      ["reply": ["content": "x", "tool_calls": [["name": "f"], ["name": "g"]]]]
    ])
    let lines = try await server.chat().lines
    #expect(lines.map { $0["message"]?["tool_calls"]?.array?.count ?? 0 } == [0, 1, 1, 0])
    #expect(lines[1]["message"]?["tool_calls"]?.array?[0]["id"]?.string?.hasPrefix("call_") == true)
    #expect(lines[3]["done_reason"] == "stop")
  }

  @Test func putsAllCallsOnTheLastLine() async throws {
    let server = try await SimulatorFixture([
      ["reply": ["content": "x", "calls_in": "final", "tool_calls": [["name": "f"], ["name": "g"]]]]
    ])
    let lines = try await server.chat().lines
    #expect(lines.map { $0["message"]?["tool_calls"]?.array?.count ?? 0 } == [0, 2])
    #expect(lines[1]["done"] == true)
    #expect(lines[1]["message"]?["tool_calls"]?.array?[0]["id"]?.string?.count == 32)
  }

  @Test(arguments: [(JSONValue.null, "Hm."), (true, "Hm."), ("high", "Hm."), (false, "")])
  func thinksUnlessItIsSwitchedOff(think: JSONValue, expected: String) async throws {
    let server = try await SimulatorFixture([["reply": ["thinking": "Hm.", "content": "Yes."]]])
    let lines = try await server.chat("Hi", ["model": "thinker", "think": think]).lines
    #expect(lines.compactMap { $0["message"]?["thinking"]?.string }.joined() == expected)
  }

  @Test func readsRawTextOnlyWhenToolsAreOffered() async throws {
    let raw: JSONValue = #"<tool_call>{"name": "f", "arguments": {}}</tool_call>"#
    let server = try await SimulatorFixture([["reply": ["raw": raw]]])
    #expect(try await server.chat().content == raw.string)
    let lines = try await server.chat("Hi", ["tools": SimulatorFixture.tools("f")]).lines
    #expect(lines[0]["message"]?["tool_calls"]?.array?.count == 1)
    #expect(lines.count == 2)
  }

  @Test func servesManyRequestsOnOneConnection() async throws {
    let server = try await SimulatorFixture()
    let port = server.simulator.port
    let contents = try await onThread {
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      return try (0..<50).map { _ in
        try connection.sendRequest("POST", "/api/chat", SimulatorFixture.body())
        return try connection.response().content
      }
    }
    #expect(contents == Array(repeating: "Hello.", count: 50))
  }

  @Test func listensOnTheLoopbackAddressOnly() async throws {
    let server = try await SimulatorFixture()
    #expect(server.simulator.url == "http://127.0.0.1:\(server.simulator.port)")
    let sockets = try await onThread { try textOfFile("/proc/net/tcp") }
    let port = String(server.simulator.port, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: 4 - port.count) + port
    #expect(sockets.contains("0100007F:\(padded) 00000000:0000 0A"))
    #expect(!sockets.contains("00000000:\(padded) 00000000:0000 0A"))
  }

  @Test func refusesAPortThatIsTaken() async throws {
    let server = try await SimulatorFixture()
    let port = server.simulator.port
    let scenario = try Scenario(parsing: ["models": []])
    let error = await #expect(throws: HTTPServerError.self) {
      try await OllamaSimulator(scenario: scenario, port: port)
    }
    #expect(error?.description.hasPrefix("Cannot listen on 127.0.0.1:\(port): Address already in use.") == true)
  }
}
