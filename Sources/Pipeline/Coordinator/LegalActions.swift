package import SourceControl

/// The set of legal decisions of a state, in the order in which the rules take them.
package struct LegalActions {
  /// The most times one decision may be carried out on equal progress.
  package static let executionsOnEqualProgress = 3
  package static let planningTries = 3

  package let state: PipelineState
  /// The id of MASTER_PLAN.md as it is now.
  package let planVersion: ObjectID
  package let wantsDocumentation: Bool

  package init(state: PipelineState, planVersion: ObjectID, wantsDocumentation: Bool) {
    self.state = state
    self.planVersion = planVersion
    self.wantsDocumentation = wantsDocumentation
  }

  /// Everything that could be done next; only `finish` where nothing else is left.
  package var actions: [Action] {
    if state.plan?.version != planVersion { return planningActions }
    let work = taskActions
    if !work.isEmpty { return work }
    if wantsDocumentation, needsDocumentation { return [.phase(.documentation, nil)] }
    return [.finish]
  }

  /// A plan that is missing or outdated comes before all else, because every task hangs on it.
  private var planningActions: [Action] {
    state.planningTries < Self.planningTries ? [.phase(.planning, nil)] : [.finish]
  }

  private var taskActions: [Action] {
    let fixes = tasks(.needsFix).sorted { ($0.needsFixSince ?? 0, $0.id) < ($1.needsFixSince ?? 0, $1.id) }
    let reviews = tasks(.inReview).sorted(by: Self.inPlanOrder)
    let coding = tasks(.pending).filter(isReady).sorted(by: Self.inPlanOrder)
    return fixes.map { .phase(.debugging, $0.id) } + reviews.map { .phase(.qa, $0.id) }
      + coding.map { .phase(.coding, $0.id) }
  }

  private var needsDocumentation: Bool {
    guard let last = state.tasks.compactMap(\.doneAt).max() else { return false }
    return state.tasks.contains { $0.status == .done } && (state.documentedAt ?? -1) < last
  }

  private func tasks(_ status: TaskStatus) -> [TaskRecord] { state.tasks.filter { $0.status == status } }

  private func isReady(_ task: TaskRecord) -> Bool {
    task.dependsOn.allSatisfy { state.task($0)?.status == .done }
  }

  private static func inPlanOrder(_ left: TaskRecord, _ right: TaskRecord) -> Bool {
    (left.priority, left.order, left.id) < (right.priority, right.order, right.id)
  }
}
