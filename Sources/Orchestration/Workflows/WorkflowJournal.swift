package import Pipeline

/// The memory of a workflow, which outlives the program.
package protocol WorkflowJournal: Sendable {
  /// Writes down what happened, all or nothing, before anything else happens.
  func note(_ events: [WorkflowEvent]) async throws
}
