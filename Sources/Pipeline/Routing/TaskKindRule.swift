package import JSON
package import SourceControl

/// A row of the table that tells the kind of a step's task from its phase and its files.
package struct TaskKindRule: Hashable, Sendable {
  package var phase = PhaseName.coding
  /// Patterns of which every file of the task must match one; empty for any files.
  package var files: [String] = []
  /// How many files the task must have at least.
  package var leastFiles = 0
  /// The kind where the row applies.
  package var kind = ""

  package init() {}

  /// Whether the row applies to a step of this phase on these files.
  package func applies(to phase: PhaseName, _ paths: [ProjectPath]) -> Bool {
    guard phase == self.phase, paths.count >= leastFiles else { return false }
    guard !files.isEmpty else { return true }
    let patterns = files.map { GlobPattern($0) }
    return !paths.isEmpty && paths.allSatisfy { path in patterns.contains { $0.matches(path.bytes) } }
  }
}

extension TaskKindRule: ConfigurationObject {
  static let blank = TaskKindRule()
  static var expectation: String { "an object with 'phase' and 'kind'" }
  static var required: [String] { ["phase", "kind"] }

  static let keys: [ConfigurationKey<TaskKindRule>] = [
    ConfigurationKey("phase", \.phase, "The phase of the step."),
    ConfigurationKey("files", \.files, "Patterns of which every file of the task must match one; none for any files."),
    ConfigurationKey("least_files", \.leastFiles, atLeast: 0, "How many files the task must have at least."),
    ConfigurationKey("kind", \.kind, "The kind of task, one of 'router.types'."),
  ]
}

extension PhaseName: ConfigurationValue {
  static var expectation: String { allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ") }
  static func read(_ json: JSONValue) -> PhaseName? { json.string.flatMap { PhaseName(rawValue: $0) } }
  package var json: JSONValue { .string(rawValue) }
}
