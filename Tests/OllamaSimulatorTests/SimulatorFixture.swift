import JSON
import OllamaSimulator

/// A simulated server and what a test asks it.
struct SimulatorFixture {
  let simulator: OllamaSimulator

  static let models: JSONValue = [
    ["name": "tiny:7b", "capabilities": ["tools"]],
    ["name": "thinker", "capabilities": ["tools", "thinking"]],
    ["name": "plain", "capabilities": []],
  ]

  init(
    _ rules: JSONValue = [["reply": ["content": "Hello."]]],
    models: JSONValue = models,
    more: JSONObject = [:]
  ) async throws {
    var scenario: JSONObject = ["models": models, "rules": rules]
    for (key, value) in more { scenario[key] = value }
    simulator = try await OllamaSimulator(scenario: Scenario(parsing: .object(scenario)))
  }

  func request(_ method: String, _ path: String, _ body: String = "") async throws -> RawResponse {
    let port = simulator.port
    return try await onThread {
      let connection = try RawConnection(port: port)
      defer { connection.close() }
      try connection.sendRequest(method, path, body)
      return try connection.response()
    }
  }

  func chat(_ text: String = "Hi", _ more: JSONObject = [:]) async throws -> RawResponse {
    try await request("POST", "/api/chat", Self.body(text, more))
  }

  static func body(_ text: String = "Hi", _ more: JSONObject = [:]) -> String {
    var body: JSONObject = ["model": "tiny:7b", "messages": [["role": "user", "content": .string(text)]]]
    for (key, value) in more { body[key] = value }
    return JSONValue.object(body).text()
  }

  static func tools(_ names: String...) -> JSONValue {
    .array(names.map { ["type": "function", "function": ["name": .string($0)]] })
  }
}
