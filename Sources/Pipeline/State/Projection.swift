package import SourceControl

/// The part of the state that a checkpoint holds and a rollback replaces.
package struct Projection: Hashable, Codable, Sendable {
  package var plan: PlanRecord?
  package var tasks: [TaskRecord]
  package var openSteps: [OpenStep]
  package var documentedAt: Int?
  package var approvedChecks: [String: CheckResult.Status]
  package var latestChecks: [String: CheckResult.Status]
  package var byProducts: Set<ProjectPath>

  private enum CodingKeys: CodingKey {
    case plan, tasks, openSteps, documentedAt, approvedChecks, latestChecks, byProducts
  }

  /// Writes the same state in the same way in every process, so that it is known to be the same.
  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encodeIfPresent(plan, forKey: .plan)
    try members.encode(tasks, forKey: .tasks)
    try members.encode(openSteps, forKey: .openSteps)
    try members.encodeIfPresent(documentedAt, forKey: .documentedAt)
    try members.encode(approvedChecks, forKey: .approvedChecks)
    try members.encode(latestChecks, forKey: .latestChecks)
    try members.encode(byProducts.sorted(), forKey: .byProducts)
  }
}

extension PipelineState {
  /// What a checkpoint keeps of this state.
  package var projection: Projection {
    Projection(
      plan: plan,
      tasks: tasks,
      openSteps: openSteps,
      documentedAt: documentedAt,
      approvedChecks: approvedChecks,
      latestChecks: latestChecks,
      byProducts: byProducts
    )
  }

  /// Takes a checkpoint's projection in place of this state's own.
  ///
  /// Counters and questions stay. A question whose task does not wait any more is closed, and a task that waits for no
  /// open question goes back to where it came from.
  mutating func replace(with projection: Projection) {
    plan = projection.plan
    tasks = projection.tasks
    openSteps = projection.openSteps
    documentedAt = projection.documentedAt
    approvedChecks = projection.approvedChecks
    latestChecks = projection.latestChecks
    byProducts = projection.byProducts
    // The verdict was one on other files.
    run?.tree = nil
    // What was done in worktrees is in no checkpoint.
    for index in tasks.indices where tasks[index].lane != nil {
      let id = tasks[index].id
      openSteps.removeAll { $0.decision.action.task == id }
      tasks[index].loseLane()
      if tasks[index].status.isOpen, tasks[index].status != .needsUser { tasks[index].status = .pending }
    }
    let waiting = Set(tasks.filter { $0.status == .needsUser }.map(\.id))
    questions.removeAll { question in question.task.map { !waiting.contains($0) } ?? false }
    for index in tasks.indices where tasks[index].status == .needsUser {
      guard !questions.contains(where: { $0.task == tasks[index].id }) else { continue }
      tasks[index].status = tasks[index].waitingFrom ?? .pending
      tasks[index].waitingFrom = nil
    }
  }
}
