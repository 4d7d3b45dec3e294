import JSON
import OllamaSimulator
import Testing

@Suite struct ResidentModelTests {
  private func loaded(_ server: SimulatorFixture) async throws -> [String] {
    let models = try await server.request("GET", "/api/ps").json["models"]?.array ?? []
    return models.compactMap { $0["name"]?.string }
  }

  @Test func evictsTheModelThatWasNotUsedForLongest() async throws {
    let server = try await SimulatorFixture(
      models: [["name": "a"], ["name": "b"], ["name": "c"]],
      more: ["resident": 2]
    )
    for model in ["a", "b", "a", "c"] { _ = try await server.chat("Hi", ["model": .string(model)]) }
    #expect(try await loaded(server) == ["c:latest", "a:latest"])
  }

  @Test func reportsTheContextThatIsLoaded() async throws {
    let server = try await SimulatorFixture(models: [["name": "a", "context_length": 9_000]])
    _ = try await server.chat("Hi", ["model": "a", "options": ["num_ctx": 8_192]])
    let model = try #require(try await server.request("GET", "/api/ps").json["models"]?.array?.first)
    #expect(model["context_length"] == 8_192)
    #expect(model["expires_at"]?.string?.hasSuffix("Z") == true)
  }

  @Test func loadsAgainOnlyForAnotherContext() async throws {
    let server = try await SimulatorFixture(models: [["name": "a", "load_ms": 40]])
    var loads: [Bool] = []
    for context in [2_048, 2_048, 4_096] {
      let last = try await server.chat("Hi", ["model": "a", "options": ["num_ctx": .integer(context)]]).lines.last
      loads.append((last?["load_duration"]?.integer ?? 0) > 30_000_000)
    }
    #expect(loads == [true, false, true])
  }

  @Test func waitsForTheLoad() async throws {
    let server = try await SimulatorFixture(models: [["name": "a", "load_ms": 60]])
    let clock = ContinuousClock()
    let first = try await clock.measure { _ = try await server.chat("Hi", ["model": "a"]) }
    #expect(first >= .milliseconds(60))
  }

  @Test func unloadsOnRequest() async throws {
    let server = try await SimulatorFixture(models: [["name": "a"]])
    _ = try await server.request("POST", "/api/chat", #"{"model":"a","keep_alive":"10m"}"#)
    #expect(try await loaded(server) == ["a:latest"])
    _ = try await server.request("POST", "/api/chat", #"{"model":"a","keep_alive":0}"#)
    #expect(try await loaded(server) == [])
  }
}
