import JSON
package import Pipeline
import Synchronization

/// A model that decides and advises, and answers anything at all.
package final class RandomMind: Sendable {
  private let random: Mutex<SeededGenerator>

  package init(seed: UInt64) {
    random = Mutex(SeededGenerator(seed: seed))
  }

  /// Answers with right, wrong and senseless calls of `tools`, prose, nothing, cut answers and failures.
  package func answer(_ model: ModelName, tools: [ToolDefinition]) throws(ModelError) -> ModelReply {
    func reply(_ content: String, _ calls: [ToolCall] = [], _ finish: ModelReply.Finish = .stop) -> ModelReply {
      ModelReply(content: content, toolCalls: calls, finish: finish, server: "none", model: model)
    }
    switch number(below: 14) {
    case 0: throw .transport(server: "none", message: "gone")
    case 1: return reply("")
    case 2: return reply("Let me think.")
    case 3: return reply("{\"name\":", [], .length)
    default: break
    }
    let name = number(below: 8) == 0 ? "unheard_of" : pick(tools.map(\.name) + ["change_phase"])
    let call = ToolCall(id: "c\(number(below: 100_000))", name: name, arguments: arguments(of: name))
    return number(below: 4) == 0 ? reply(call.json.text()) : reply("", [call])
  }

  private func arguments(of name: String) -> JSONObject {
    switch name {
    case "change_phase":
      [
        "phase": .string(pick(["planning", "coding", "qa", "debugging", "documentation", "nowhere"])),
        "task": .string(pick(["t1", "t2", "t9", ""])), "reason": "So.", "changes": .string(pick(["", "Other words."])),
        "advice": pick([[], ["reasoning"], "none", ["nobody", 7], .null]),
      ]
    case "continue_current_phase": ["reason": "So."]
    case "request_user_input":
      ["task": .string(pick(["t1", "t2", "t3"])), "question": .string(pick(["Why?", "How?", ""]))]
    case "restore_checkpoint": ["checkpoint": .string(pick(["c1", "c2", "c9"])), "reason": "So."]
    case "read_file": ["path": .string(pick(["out.txt", "../x"]))]
    case "search_files": ["pattern": "x"]
    default: ["query": .string(pick(["Why?", "What now?", ""]))]
    }
  }

  private func pick<T>(_ choices: [T]) -> T { choices[number(below: choices.count)] }

  private func number(below limit: Int) -> Int { random.withLock { Int($0.next() % UInt64(limit)) } }
}
