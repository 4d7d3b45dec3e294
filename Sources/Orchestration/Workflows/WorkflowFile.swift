import JSON
package import Pipeline
import Wording

/// A workflow as somebody wrote it down, before anything is known of models and servers.
package struct WorkflowFile: Hashable, Sendable {
  /// Who is asked for a task.
  package enum Agent: Hashable, Sendable {
    /// Whoever has this role in the configuration.
    case role(SpecialistRole)
    /// A model by its name, on the named server or on the first that has it.
    case model(ModelName, server: String?)
  }

  package struct Entry: Hashable, Sendable {
    /// Server, model and fingerprint are not known yet.
    package var task: WorkflowTask
    package var agent: Agent
    /// The most tokens that the results of other tasks may have together; nil for what the window has room for.
    package var inputTokens: Int?
  }

  package var name: String
  /// How many tasks may run at once.
  package var slots: Int
  package var entries: [Entry]

  package static let standardSlots = 4

  /// Reads the file's bytes; a workflow without a name of its own has that of the file at `path`.
  ///
  /// Throws everything that is wrong with it, with the lines.
  package init(_ bytes: [UInt8], path: String) throws(ConfigurationError) {
    let parsed: (value: JSONValue, lines: JSONLines)
    do throws(JSONError) {
      parsed = try JSONValue.parseWithLines(bytes, syntax: .json5)
    } catch {
      throw ConfigurationError(["\(path):\(error.line): \(error.message)"])
    }
    var reader = WorkflowFileReader(file: path, lines: parsed.lines)
    let whole = reader.object(parsed.value, at: [], keys: ["name", "slots", "tasks"]) ?? [:]
    name = reader.name(whole["name"], at: ["name"]) ?? Self.name(ofFile: path)
    slots = reader.number(whole["slots"], at: ["slots"], in: 1...256) ?? Self.standardSlots
    entries = reader.list(whole["tasks"], at: ["tasks"]).enumerated().compactMap { index, value in
      reader.entry(value, at: ["tasks", "\(index)"])
    }
    if whole["tasks"] == nil { reader.report("needs 'tasks', a list of what is to be done", at: []) }
    if reader.problems.isEmpty, entries.isEmpty { reader.report("has no task", at: ["tasks"]) }
    guard reader.problems.isEmpty else { throw ConfigurationError(reader.problems) }
    do {
      _ = try ReadyQueue(entries.map { QueuedTask(id: $0.task.id, dependsOn: $0.task.dependsOn) })
    } catch {
      throw ConfigurationError(["\(path): \(error)"])
    }
  }

  /// The file's name without its folders and what stands behind its last dot.
  private static func name(ofFile path: String) -> String {
    let name = path.split(separator: "/").last ?? "workflow"
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
    return String(name[..<dot])
  }
}
