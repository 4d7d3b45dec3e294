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
  /// Whether files may be brought back to a checkpoint by decision.
  package let allowsRestore: Bool

  /// The most times a task's files may be brought back by decision.
  package static let restoresPerTask = 2

  package init(state: PipelineState, planVersion: ObjectID, wantsDocumentation: Bool, allowsRestore: Bool = false) {
    self.state = state
    self.planVersion = planVersion
    self.wantsDocumentation = wantsDocumentation
    self.allowsRestore = allowsRestore
  }

  /// Everything that could be done next; only `finish` where nothing else is left.
  package var actions: [Action] {
    if state.plan?.version != planVersion { return planningActions }
    let work = taskActions
    if !work.isEmpty { return work + restores }
    if wantsDocumentation, needsDocumentation { return [.phase(.documentation, nil)] }
    return [.finish]
  }

  /// A plan that is missing or outdated comes before all else, because every task hangs on it; a question about it
  /// stops the run until it is answered.
  private var planningActions: [Action] {
    let waits = state.questions.contains { $0.task == nil && $0.answer == nil }
    return waits || state.planningTries >= Self.planningTries ? [.finish] : [.phase(.planning, nil)]
  }

  private var taskActions: [Action] {
    let fixes = tasks(.needsFix).sorted { ($0.needsFixSince ?? 0, $0.id) < ($1.needsFixSince ?? 0, $1.id) }
    let reviews = tasks(.inReview).sorted(by: Self.inPlanOrder)
    let coding = tasks(.pending).filter(isReady).sorted(by: Self.inPlanOrder)
    return fixes.map { .phase(.debugging, $0.id) } + reviews.map { .phase(.qa, $0.id) }
      + coding.map { .phase(.coding, $0.id) }
  }

  /// Behind all else, so that the rules never take one.
  private var restores: [Action] {
    guard allowsRestore, let id = state.lastFailedWork, let task = state.task(id), task.status.isOpen,
      state.attemptsLeft(id) > 1, state.counters[id]?.restores ?? 0 < Self.restoresPerTask
    else { return [] }
    return task.checkpoints.map { .restore($0, id) }
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
