import JSON
import Pipeline
import Synchronization

/// A model that takes no time: it plans one task, finds an issue in every review, and counts up in every repair.
final class InstantModel: ModelClient {
  private let count = Mutex(0)

  func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let names = Set(request.tools.map { $0.name })
    let calls: [(String, JSONObject)] =
      if names.contains("plan_tasks") {
        [("plan_tasks", ["tasks": [["description": "Count.", "target_files": ["counter.txt"]]]])]
      } else if names.contains("report_issue") {
        [("report_issue", ["path": "counter.txt", "kind": "logic", "description": "The counter is too low."])]
      } else {
        [
          ("write_file", ["path": "counter.txt", "content": .string("\(number)\n")]),
          ("finish", ["summary": "Counted up."]),
        ]
      }
    return ModelReply(
      content: "",
      toolCalls: calls.enumerated().map { index, call in
        ToolCall(id: "call_\(number)_\(index)", name: call.0, arguments: call.1)
      },
      usage: ModelUsage(outputTokens: 40),
      server: "none",
      model: request.model
    )
  }
}
