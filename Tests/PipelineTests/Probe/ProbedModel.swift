import JSON
import OllamaSimulator
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// A simulated model that does what a probe asks of it, in its own way.
struct ProbedModel {
  /// How the model says what it calls.
  enum Way {
    case native
    case text
  }

  /// Rules that come first.
  var faults: [JSONValue] = []
  var way = Way.native
  var capabilities: JSONValue = ["tools"]
  var refrains = true
  var replacesPassages = true
  var writesWholeFiles = true

  /// Probes it, and answers the card with what was asked; behind the last answer the time runs out.
  func probe(
    numContext: Int = 16_384,
    lastAnswer: Int = .max
  ) async throws -> (card: CapabilityCard, requests: [JSONValue]) {
    let scenario: JSONValue = [
      "models": [["name": "m:1b", "context_length": 32_768, "capabilities": capabilities, "load_ms": 5]],
      "rules": .array(faults + rules),
    ]
    let simulator = try await OllamaSimulator(scenario: Scenario(parsing: scenario))
    let pool = ModelPool(servers: [ModelServer(name: "sim", url: simulator.url)])
    let model = PhaseModel(role: "probe", name: "m:1b", server: "sim", numContext: numContext, numPredict: 2048)
    let takesTools = capabilities.array?.contains("tools") ?? false
    let clock = ProbeClock()
    let probe = ModelProbe(
      client: SlowingClient(client: pool, clock: clock, last: lastAnswer),
      subject: ProbeSubject(model: model, url: simulator.url, takesTools: takesTools),
      loadedWindow: { await pool.directory.loadedWindow(of: "m:1b", on: "sim") }
    )
    let card = try await probe.run(clock: clock)
    #expect(simulator.unmatchedCount == 0)
    return (card, simulator.chatRequests.map { $0.body })
  }

  private var rules: [JSONValue] {
    let calls = CallTask.all.map { rule("call", $0.text, $0.name, $0.arguments) }
    let edits = EditTask.all.flatMap { task -> [JSONValue] in
      let whole = writesWholeFiles ? task.after : task.before
      let old = replacesPassages ? task.before : "what is not there"
      return [
        rule("whole_file", task.path, "write_file", ["path": .string(task.path), "content": .string(whole)]),
        rule(
          "search_and_replace",
          task.path,
          "edit_file",
          ["path": .string(task.path), "old_text": .string(old), "new_text": .string(task.after)]
        ),
      ]
    }
    let words: JSONValue = ["when": ["phase": "probe"], "reply": ["content": "It is fifty-six."]]
    let chatter = rule("refrain", "", "read_file", ["path": "README.md"])
    return calls + edits + (refrains ? [] : [chatter]) + [words]
  }

  private func rule(_ trial: String, _ text: String, _ name: String, _ arguments: JSONObject) -> JSONValue {
    let call: JSONValue = ["name": .string(name), "arguments": .object(arguments)]
    let reply: JSONValue =
      switch way {
      case .native: ["tool_calls": [call]]
      case .text: ["content": .string("```json\n\(call.text())\n```")]
      }
    var when: JSONObject = ["phase": "probe", "task": .string(trial)]
    if !text.isEmpty { when["last_contains"] = .string(text) }
    return ["when": .object(when), "reply": reply]
  }
}

/// A client whose answers behind the last one take longer than there is time.
private final class SlowingClient: ModelClient {
  private let client: any ModelClient
  private let clock: ProbeClock
  private let last: Int
  private let count = Mutex(0)

  init(client: any ModelClient, clock: ProbeClock, last: Int) {
    self.client = client
    self.clock = clock
    self.last = last
  }

  func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let number = count.withLock { count in
      count += 1
      return count
    }
    guard number > last else { return try await client.reply(to: request, progress: progress) }
    clock.runOut()
    // Ends when the probe gives up.
    try? await Task.sleep(for: .seconds(86_400))
    throw .cancelled
  }
}

/// A clock that stands still until the test lets all time pass.
private final class ProbeClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration

    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private let state = Mutex((isOver: false, sleepers: [AsyncStream<Void>.Continuation]()))

  var now: Instant { Instant(offset: state.withLock { $0.isOver } ? .seconds(86_400) : .zero) }
  var minimumResolution: Duration { .nanoseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    state.withLock { state in
      state.sleepers.append(continuation)
      if state.isOver { continuation.finish() }
    }
    for await _ in stream {}
    try Task.checkCancellation()
  }

  func runOut() {
    state.withLock { state in
      state.isOver = true
      for sleeper in state.sleepers { sleeper.finish() }
    }
  }
}
