/// What a task of a workflow is for; earlier ones come first among tasks of equal priority.
package enum WorkflowPhase: String, CaseIterable, Hashable, Codable, Sendable {
  /// Finds out what is there.
  case scout
  /// Decides what is to be done.
  case plan
  /// Does it.
  case build
}

/// One task of a workflow.
package struct WorkflowTask: Hashable, Sendable {
  package var id: String
  package var phase: WorkflowPhase
  package var prompt: String
  /// The ids of the tasks whose results it needs.
  package var dependsOn: [String]
  /// Lower first.
  package var priority: Int
  /// How long one attempt may take; nil for no limit.
  package var timeLimit: Duration?
  /// How often it is tried again after it failed.
  package var retries: Int
  /// The server and the model that it needs; nil where it needs none.
  package var server: String?
  package var model: String?
  /// The most bytes that the results of other tasks may have together where they are handed to it.
  package var inputLimit: Int
  /// What tells it from another task of the same id.
  package var fingerprint: String

  package init(
    id: String,
    phase: WorkflowPhase = .build,
    prompt: String = "",
    dependsOn: [String] = [],
    priority: Int = 50,
    timeLimit: Duration? = nil,
    retries: Int = 0,
    server: String? = nil,
    model: String? = nil,
    inputLimit: Int = .max,
    fingerprint: String = ""
  ) {
    self.id = id
    self.phase = phase
    self.prompt = prompt
    self.dependsOn = dependsOn
    self.priority = priority
    self.timeLimit = timeLimit
    self.retries = retries
    self.server = server
    self.model = model
    self.inputLimit = inputLimit
    self.fingerprint = fingerprint
  }
}

/// A named list of tasks.
package struct Workflow: Hashable, Sendable {
  package var name: String
  package var tasks: [WorkflowTask]

  package init(name: String, tasks: [WorkflowTask]) {
    self.name = name
    self.tasks = tasks
  }
}
