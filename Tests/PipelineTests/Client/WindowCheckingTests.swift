import JSON
import OllamaSimulator
import Pipeline
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct WindowCheckingTests {
  private final class Warnings: Sendable {
    let texts = Mutex<[String]>([])
  }

  /// What is warned of when a model of such a window answers several requests for 4096 tokens.
  private func warnings(window: Int, requests: Int = 2) async throws -> [String] {
    let scenario = try Scenario(parsing: [
      "models": [["name": "m", "capabilities": ["tools"], "context_length": .integer(window)]],
      "rules": [["reply": ["content": "x"]]],
    ])
    let simulator = try await OllamaSimulator(scenario: scenario)
    let pool = ModelPool(servers: [ModelServer(name: "sim", url: simulator.url)])
    let warnings = Warnings()
    let client = WindowCheckingClient(pool, directory: pool.directory) { text in
      warnings.texts.withLock { $0.append(text) }
    }
    for _ in 0..<requests {
      let reply = try await client.reply(to: .short())
      #expect(reply.content == "x")
      #expect(reply.usage.window == min(window, 4096))
    }
    return warnings.texts.withLock { $0 }
  }

  @Test func warnsOnceOfAWindowThatIsSmallerThanAskedFor() async throws {
    let texts = try await warnings(window: 2048)
    #expect(texts.count == 1)
    #expect(texts.first?.contains("window of 2048 tokens instead of 4096") == true)
    #expect(texts.first?.contains("OLLAMA_CONTEXT_LENGTH") == true)
  }

  @Test func saysNothingOfAWindowThatIsAsAskedFor() async throws {
    #expect(try await warnings(window: 32_768).isEmpty)
  }

  @Test func passesTheAnswerOnWhereTheServerDoesNotTell() async throws {
    let server = ChatServer { connection, request in
      connection.answer(
        request.hasPrefix("POST /api/chat ") ? #"{"message":{"content":"x"},"done":true}"# : "no",
        status: request.hasPrefix("POST /api/chat ") ? "200 OK" : "404 Not Found"
      )
    }
    let pool = ModelPool(servers: [ModelServer(name: "old", url: server.url)])
    let client = WindowCheckingClient(pool, directory: pool.directory) { Issue.record("Warned: \($0)") }
    for _ in 0..<2 { #expect(try await client.reply(to: .short()).content == "x") }
    #expect(server.requests.count { $0.hasPrefix("GET /api/ps ") } == 1)
  }
}
