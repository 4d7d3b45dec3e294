import JSON
import Orchestration
import Pipeline
import Synchronization
import TestSupport
import Testing
import Unified

/// Whatever the arbiter and its specialists answer, a run ends as the rules' own would.
@Suite struct RandomArbiterTests {
  @Test(arguments: 0..<(TestEnvironment.wantsSlowTests ? 20 : 2))
  func aRandomArbiterNeverDoesLessThanTheRules(block: Int) async throws {
    for seed in (block * 12)..<(block * 12 + 12) {
      let folder = try TemporaryDirectory()
      try folder.write(InterruptionTests.plan, to: "MASTER_PLAN.md")
      try folder.write("test \"$(cat out.txt)\" = good && echo '1 passed, 0 failed'\n", to: "test.sh")
      let mind = RandomMind(seed: UInt64(seed))
      var run = AssembledRun(folder: folder) { request throws(ModelError) in
        let line = request.messages.last { $0.role == .user }?.content ?? ""
        let isMind = ["role=arbiter", "phase=consultation", "phase=interpretation"].contains { line.contains($0) }
        return isMind ? try mind.answer(request) : InterruptionTests.answer(request)
      }
      run.isOrchestrated = true
      let result = try await run.run()
      #expect(result.outcome == .complete, "seed \(seed): \(result.message)")
      // As many as the rules take: planning, coding, review, repair, review, documentation.
      #expect(result.steps == 6, "seed \(seed)")
      let spent = try run.state().run?.reserveSpent.calls ?? 0
      #expect(spent <= 6 * 20, "seed \(seed): \(spent) calls")
    }
  }
}

/// A model that answers anything at all.
private final class RandomMind: Sendable {
  private let random: Mutex<SeededGenerator>

  init(seed: UInt64) {
    random = Mutex(SeededGenerator(seed: seed))
  }

  func answer(_ request: ModelRequest) throws(ModelError) -> ModelReply {
    switch number(below: 14) {
    case 0: throw .transport(server: "none", message: "gone")
    case 1: return ModelReply(content: "", server: "none", model: request.model)
    case 2: return ModelReply(content: "Let me think.", server: "none", model: request.model)
    case 3: return ModelReply(content: "{\"name\":", finish: .length, server: "none", model: request.model)
    default: break
    }
    let name = number(below: 8) == 0 ? "unheard_of" : pick(request.tools.map(\.name) + ["change_phase"])
    let phase = pick(["planning", "coding", "qa", "debugging", "documentation", "nowhere"])
    let arguments: JSONObject =
      switch name {
      case "change_phase": ["phase": .string(phase), "task": .string(pick(["t1", "t9", ""])), "reason": "So."]
      case "continue_current_phase": ["reason": "So."]
      case "request_user_input": ["task": .string(pick(["t1", "t2"])), "question": .string(pick(["Why?", ""]))]
      case "read_file": ["path": .string(pick(["out.txt", "../x"]))]
      case "search_files": ["pattern": "x"]
      default: ["query": .string(pick(["Why?", "What now?", ""]))]
      }
    let call = ToolCall(id: "c\(number(below: 100_000))", name: name, arguments: arguments)
    if number(below: 4) == 0 {
      return ModelReply(content: call.json.text(), server: "none", model: request.model)
    }
    return .calls([call])
  }

  private func pick<T>(_ choices: [T]) -> T { choices[number(below: choices.count)] }

  private func number(below limit: Int) -> Int { random.withLock { Int($0.next() % UInt64(limit)) } }
}
