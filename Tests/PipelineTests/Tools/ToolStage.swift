import JSON
import Pipeline
import SourceControl
import TestSupport

/// A project in a temporary folder and a model's step in it: calls are answered and their changes carried out.
struct ToolStage {
  let folder: TemporaryDirectory
  let registry: ToolRegistry
  var context: ToolContext

  init(
    _ phase: PhaseName = .coding,
    registry: ToolRegistry = .standard,
    files: [String: String] = [:]
  ) throws {
    self.registry = registry
    folder = try TemporaryDirectory()
    for (path, text) in files { try folder.write(text, to: path) }
    context = ToolContext(workspace: try Workspace(root: folder.path), phase: phase, writable: .anyFile)
  }

  /// Answers one call as the agent loop would.
  @discardableResult
  mutating func call(_ name: String, _ arguments: JSONObject) async throws(ToolError) -> ToolAnswer {
    let call = ToolCall(id: "1", name: name, arguments: arguments)
    let answer = try await registry.answer(call, offered: registry.tools(for: context.phase), in: context)
    if case .change(let change) = answer.effect {
      do {
        try await context.workspace.apply(change)
      } catch {
        throw ToolError.respondToModel("\(error)")
      }
    }
    context.seen.merge(answer.observed) { _, new in new }
    return answer
  }

  /// Answers a call that must be refused.
  mutating func refusal(of name: String, _ arguments: JSONObject) async -> ToolError? {
    do throws(ToolError) {
      try await call(name, arguments)
      return nil
    } catch {
      return error
    }
  }

  /// The text that tells the model why its call was refused; empty if it was not.
  mutating func reason(against name: String, _ arguments: JSONObject) async -> String {
    if case .respondToModel(let text) = await refusal(of: name, arguments) { text } else { "" }
  }
}

extension JSONObject {
  static func path(_ path: String) -> JSONObject { ["path": .string(path)] }
}
