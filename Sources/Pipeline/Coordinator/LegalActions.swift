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
  /// The tasks that have a step under way.
  var underway: Set<TaskID> = []
  /// Whether tasks are begun in worktrees, so that several can be worked on at once.
  var usesLanes = false

  /// The most times a task's files may be brought back by decision.
  package static let restoresPerTask = 2

  package init(state: PipelineState, planVersion: ObjectID, wantsDocumentation: Bool, allowsRestore: Bool = false) {
    self.state = state
    self.planVersion = planVersion
    self.wantsDocumentation = wantsDocumentation
    self.allowsRestore = allowsRestore
  }

  /// Everything that could be done next; only `finish` where nothing else is left, and nothing where something is under
  /// way that has to end first.
  package var actions: [Action] {
    if state.plan?.version != planVersion { return underway.isEmpty ? planningActions : [] }
    let work = beside(taskActions)
    if !underway.isEmpty { return work }
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

  /// Those of the actions on tasks that can be begun beside what is under way.
  ///
  /// What was begun in the project itself is brought to its end there, alone. Tasks that share a file with one that is
  /// worked on in a worktree wait for it.
  private func beside(_ actions: [Action]) -> [Action] {
    guard usesLanes || state.tasks.contains(where: { $0.lane != nil }) else { return actions }
    let tasks = actions.compactMap { $0.task.flatMap { state.task($0) } }
    let inPlace = zip(actions, tasks).filter { $1.lane == nil && !$1.isFresh }.map(\.0)
    if usesLanes, !inPlace.isEmpty { return underway.isEmpty ? inPlace : [] }
    let holders = state.tasks.filter { underway.contains($0.id) } + tasks.filter { $0.lane != nil }
    let held = Set(holders.flatMap(\.reviewedPaths))
    return zip(actions, tasks).filter { _, task in
      if underway.contains(task.id) { return false }
      return task.lane != nil || !task.isFresh || held.isDisjoint(with: task.targets)
    }.map(\.0)
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
