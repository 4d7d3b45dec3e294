import JSON
import Pipeline
import Synchronization
import TestSupport
import Testing

/// Whatever models answer, a run through the real phases, tools and files ends by the rules.
@Suite struct RandomModelTests {
  static let attempts = 2

  @Test(arguments: TestEnvironment.some(0..<10, by: 3))
  func anyModelLeadsToAnEnd(block: Int) async throws {
    for seed in (block * 15)..<(block * 15 + 15) {
      let folder = try TemporaryDirectory()
      try folder.write("# Plan\n\nWrite something.\n", to: "MASTER_PLAN.md")
      try folder.write("keep\n", to: "kept.txt")
      let model = RandomModel(seed: UInt64(seed))
      var run = AssembledRun(folder: folder, answer: { request throws(ModelError) in try model.answer(request) })
      run.configuration.limits.taskAttempts = Self.attempts
      run.configuration.limits.stepModelCalls = 6
      let result = try await run.run()
      let state = try run.state()
      #expect(result.outcome != .internalError, "seed \(seed): \(result.message)")
      #expect(result.steps <= 3 + state.tasks.count * 8 + 6, "seed \(seed): \(result.steps) steps")
      #expect(state.counters.values.allSatisfy { $0.attemptsDrawn <= Self.attempts + 1 }, "seed \(seed)")
      #expect(folder.text(of: "MASTER_PLAN.md") == "# Plan\n\nWrite something.\n", "seed \(seed)")
      // Only what a call of an offered tool named may have changed.
      #expect(folder.text(of: "kept.txt") == "keep\n", "seed \(seed)")
      // Without a check nothing is ever called complete.
      #expect(result.outcome != .complete, "seed \(seed)")
    }
  }
}

/// Answers with right, wrong and senseless calls, prose, cut answers and failures of the server.
private final class RandomModel: Sendable {
  private let random: Mutex<SeededGenerator>

  init(seed: UInt64) {
    random = Mutex(SeededGenerator(seed: seed))
  }

  func answer(_ request: ModelRequest) throws(ModelError) -> ModelReply {
    switch number(below: 40) {
    case 0: throw .overContext(promptTokens: 1200, limit: 900)
    case 1: throw .answerTooLong(server: "none", limit: 100)
    case 2: throw .promptCut(server: "none", sent: 4000, seen: 300)
    case 3, 4: return prose("I think the work is done.", .length)
    case 5: return prose("{\"name\": \"write_file\"", .unreadableCall)
    case 6...8: return prose("All is well.", .stop)
    case 9: return prose("", .stop)
    default:
      let offered = request.tools.map { $0.name }
      // Asked with the tools described, or out of bad habit: as text.
      let isText = offered.isEmpty || number(below: 4) == 0
      let all = ["plan_tasks", "read_file", "write_file", "approve", "report_issue", "finish", "none"]
      let calls = (0...number(below: 3)).map { call($0, offered.isEmpty ? all : offered) }
      guard isText else { return .calls(calls) }
      return prose(calls.map { "<tool_call>\n\($0.json.text())\n</tool_call>" }.joined(separator: "\n"), .stop)
    }
  }

  private func prose(_ text: String, _ finish: ModelReply.Finish) -> ModelReply {
    ModelReply(content: text, finish: finish, server: "none", model: ModelName("closure:1b"))
  }

  private func call(_ index: Int, _ offered: [String]) -> ToolCall {
    let name = number(below: 12) == 0 ? pick(["", "rm", "write_file", "approve", "Finish"]) : pick(offered)
    var arguments = Self.arguments(of: name, path: pick(["a.txt", "b.txt", "new/c.txt"]), number: number(below: 1000))
    switch number(below: 10) {
    case 0: arguments = [:]
    case 1: arguments["path"] = pick(["../x", "/etc/passwd", ".git/config", "MASTER_PLAN.md", 7, nil])
    case 2: arguments["surprise"] = [1, 2]
    default: break
    }
    return ToolCall(id: "call_\(number(below: 1_000_000))_\(index)", name: name, arguments: arguments)
  }

  private static func arguments(of name: String, path: String, number: Int) -> JSONObject {
    switch name {
    case "plan_tasks":
      [
        "tasks": [
          ["description": "Write.", "target_files": ["a.txt"]], ["description": "More.", "target_files": ["b.txt"]],
        ]
      ]
    case "write_file": ["path": .string(path), "content": .string("\(number)\n")]
    case "edit_file": ["path": .string(path), "old_text": "1", "new_text": .string("\(number)")]
    case "report_issue": ["path": .string(path), "kind": "logic", "description": "Wrong."]
    case "ask_user": ["question": "Why?"]
    case "finish": ["summary": "Done."]
    case "run_check": ["name": "none"]
    case "search_files": ["pattern": "x"]
    default: ["path": .string(path)]
    }
  }

  private func pick<T>(_ choices: [T]) -> T { choices[number(below: choices.count)] }

  private func number(below limit: Int) -> Int {
    random.withLock { Int($0.next() % UInt64(limit)) }
  }
}
