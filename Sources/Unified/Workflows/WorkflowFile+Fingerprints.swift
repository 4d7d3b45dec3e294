import JSON
import Orchestration
import Pipeline
import SourceControl

extension WorkflowFile {
  /// What tells each task from another of the same id: what it is asked, whom, and the same of all it depends on.
  ///
  /// When a task is changed, those that depend on it are others too, for they are handed another result.
  func fingerprints() throws -> [String: String] {
    var found: [String: String] = [:]
    var queue = try ReadyQueue(entries.map { QueuedTask(id: $0.task.id, dependsOn: $0.task.dependsOn) })
    // Each is ready when all that it depends on are known.
    while let position = queue.start() {
      let (entry, task) = (entries[position], entries[position].task)
      let parts: [JSONValue] = [
        .string(task.phase.rawValue), .string(task.prompt), .string(entry.agent.text),
        .array(task.dependsOn.map { .array([.string($0), .string(found[$0] ?? "")]) }),
        entry.inputTokens.map { .integer($0) } ?? .null,
      ]
      found[task.id] = try ObjectID(blob: JSONValue.array(parts).utf8()).description
      queue.succeed(position)
    }
    return found
  }
}

extension WorkflowFile.Agent {
  /// Who is asked, as the file has it.
  fileprivate var text: String {
    switch self {
    case .role(let role): "role \(role.rawValue)"
    case .model(let name, let server): "model \(name)\(server.map { "@\($0)" } ?? "")"
    }
  }
}
