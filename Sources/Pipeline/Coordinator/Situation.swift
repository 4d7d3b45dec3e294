package import SourceControl

/// What a decision is made on: the state, and the actions that are legal in it.
package struct Situation: Sendable {
  package let state: PipelineState
  /// In the order in which the rules take them; never empty.
  package let legal: [Action]
  /// How often each action was carried out on this very progress, where it was.
  package let repeats: [Action: Int]
  package let progress: Progress
  /// The progress of tasks that are worked on in worktrees, which the project does not show.
  package let laneProgress: [TaskID: Progress]

  /// What has to change for an action to make sense again.
  package func progress(of action: Action) -> Progress { action.task.flatMap { laneProgress[$0] } ?? progress }

  /// The tasks about which the user may be asked: they would fail otherwise, and were not asked about so.
  package var askable: Set<TaskID> {
    Set(
      legal.compactMap(\.task).filter { id in
        state.attemptsLeft(id) <= 1 && state.task(id)?.lastError != nil && state.counters[id]?.wasAskedAbout == false
      }
    )
  }

  /// Whether a decision may be carried out.
  package func allows(_ decision: Decision) -> Bool {
    if case .ask(let task) = decision.action { return askable.contains(task) && decision.question?.isEmpty == false }
    return legal.contains(decision.action)
  }

  package init(
    state: PipelineState,
    legal: [Action],
    repeats: [Action: Int],
    progress: Progress,
    laneProgress: [TaskID: Progress] = [:]
  ) {
    self.state = state
    self.legal = legal
    self.repeats = repeats
    self.progress = progress
    self.laneProgress = laneProgress
  }
}

/// What has to change for a repeated decision to make sense.
package struct Progress: Hashable, Sendable {
  package var tree: ObjectID
  package var failingChecks: [String]
  package var statusCounts: [TaskStatus: Int]
  package var plan: ObjectID?

  package init(tree: ObjectID, failingChecks: [String], statusCounts: [TaskStatus: Int], plan: ObjectID?) {
    self.tree = tree
    self.failingChecks = failingChecks
    self.statusCounts = statusCounts
    self.plan = plan
  }

  /// The same text for the same progress, as it is stored.
  package var key: String {
    let counts = TaskStatus.allCases.map { String(statusCounts[$0] ?? 0) }.joined(separator: ",")
    let checks = failingChecks.sorted().joined(separator: ",")
    return "\(tree) \(plan.map(\.description) ?? "-") \(counts) \(checks)"
  }
}
