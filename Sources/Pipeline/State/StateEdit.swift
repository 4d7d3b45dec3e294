/// Changes and the events that describe them, collected for one commit on a copy of the state.
package struct StateEdit: Sendable {
  package private(set) var state: PipelineState
  package private(set) var changes: [StateChange] = []
  package private(set) var events: [Event] = []
  /// The step whose result the edit is.
  package let step: Int?

  package init(_ state: PipelineState, step: Int? = nil) {
    self.state = state
    self.step = step
  }

  package mutating func add(_ change: StateChange) throws {
    try state.apply(change)
    changes.append(change)
  }

  package mutating func add(_ event: Event) {
    events.append(event)
  }

  /// Lets an event happen to a task, after `body` has changed what goes with it, and blocks what depends on it in vain.
  package mutating func move(
    _ id: TaskID,
    _ event: TaskEvent,
    reason: String? = nil,
    _ body: (inout TaskRecord) -> Void = { _ in }
  ) throws {
    guard var task = state.task(id) else { throw IllegalTransition(task: id, from: nil, event: event) }
    let from = task.status
    body(&task)
    let next = from.after(event, hasAttemptsLeft: state.attemptsLeft(id) > 0, waitingFrom: task.waitingFrom)
    switch next {
    case .failed, .blocked:
      task.reason = reason
      task.failure = task.failure ?? Self.failure(of: event)
    case .needsFix:
      task.needsFixSince = step ?? task.needsFixSince
      task.approval = nil
    case .done:
      task.doneAt = step
      task.lastError = nil
      task.lastReview = nil
      task.issues = []
    default:
      break
    }
    try add(.taskUpdated(task))
    try add(.taskMoved(id, event))
    if event == .approved { try add(.acceptedCounted(1)) }
    if event == .gateFailed { try add(.acceptedCounted(-1)) }
    add(
      .taskChanged(
        TaskChangedEvent(
          task: id,
          event: event,
          from: from,
          to: state.task(id)?.status ?? from,
          reason: reason,
          attemptsLeft: state.attemptsLeft(id),
          step: step
        )
      )
    )
    if next == .failed || next == .blocked { try blockDependents(of: id) }
  }

  private mutating func blockDependents(of id: TaskID) throws {
    for task in state.tasks where task.dependsOn.contains(id) {
      // It may hang on this one by another task too, and be blocked by now.
      guard state.task(task.id)?.status == .pending else { continue }
      try move(task.id, .dependencyFailed, reason: "It depends on '\(id)', which did not get done.")
    }
  }

  private static func failure(of event: TaskEvent) -> TaskFailure? {
    switch event {
    case .noVerdict: .noVerdict
    case .dependencyFailed: .dependency
    case .leftPlan: .notInPlan
    case .codingFailed, .rejected, .fixFailed, .gateFailed: .attempts
    case .abandoned: .noProgress
    case .coded, .approved, .fixed, .asked, .answered, .workLost, .reopened: nil
    }
  }
}
