package import Pipeline
import Wording

/// Carries a workflow out: whatever is ready runs at once, as far as there are slots.
///
/// It is event-driven: a task starts when the last one that it depends on has succeeded, whatever else still runs. A
/// task that failed skips those that depend on it, and the rest goes on. Cancelling the caller cancels every task that
/// runs. Everything is written to the journal before it takes effect.
package actor AgentCoordinator {
  private let workflow: Workflow
  private let journal: any WorkflowJournal
  private let clock: any Clock<Duration>
  private var queue: ReadyQueue
  private var attempts: [Int]
  private var results: [String?]
  /// How tasks have ended, where the queue does not know.
  private var endings: [Int: WorkflowTaskStatus] = [:]
  private var failures: [AgentFailure.Kind] = []
  private var stop: AgentFailure?
  private var spent = Spending()

  /// Takes the results of the tasks that have succeeded before, by their ids; these do not run again.
  ///
  /// Throws where the tasks cannot be put in an order.
  package init(
    _ workflow: Workflow,
    limits: SchedulingLimits = SchedulingLimits(),
    succeeded: [String: String] = [:],
    journal: any WorkflowJournal,
    clock: any Clock<Duration> = ContinuousClock()
  ) throws(DependencyError) {
    let tasks = workflow.tasks.map { task in
      QueuedTask(
        id: task.id,
        dependsOn: task.dependsOn,
        priority: task.priority,
        stage: task.phase.stage,
        server: task.server,
        model: task.model
      )
    }
    self.workflow = workflow
    self.journal = journal
    self.clock = clock
    queue = try ReadyQueue(tasks, limits: limits, succeeded: Set(succeeded.keys))
    attempts = [Int](repeating: 0, count: tasks.count)
    results = workflow.tasks.map { succeeded[$0.id] }
  }

  /// How a task stands now, by its place in the workflow.
  package func status(of position: Int) -> WorkflowTaskStatus {
    if let ending = endings[position] { return ending }
    return switch queue.standing(of: position) {
    case .pending: .pending
    case .ready: .ready
    case .running: .running
    case .succeeded: .succeeded
    case .failed: .failed("")
    case .skipped(let cause): .skipped(because: workflow.tasks[cause].id)
    }
  }

  /// Runs every task that has not succeeded, by `work`, and answers how all of them stand.
  ///
  /// Throws only what the journal throws; what runs is cancelled then.
  package func run(_ work: @escaping AgentWork) async throws -> WorkflowResult {
    try await withThrowingTaskGroup(of: Attempt.self) { group in
      var events: [WorkflowEvent] = []
      while true {
        let begun = stop == nil && !Task.isCancelled ? begin(&events) : []
        if !events.isEmpty { try await journal.note(events) }
        events = []
        for position in begun {
          let (assignment, clock) = (assignment(of: position), clock)
          group.addTask { await Attempt(position, assignment, work, clock) }
        }
        guard let attempt = try await group.next() else { break }
        settle(attempt, &events)
      }
    }
    return result()
  }

  /// Takes all that may run now from the queue.
  private func begin(_ events: inout [WorkflowEvent]) -> [Int] {
    var begun: [Int] = []
    while let position = queue.start() {
      attempts[position] += 1
      var event = event(.running, position)
      event.attempt = attempts[position]
      event.model = workflow.tasks[position].model
      events.append(event)
      begun.append(position)
    }
    return begun
  }

  private func assignment(of position: Int) -> AgentAssignment {
    let inputs = queue.dependencies(of: position).map { dependency in
      AgentInput(task: workflow.tasks[dependency].id, text: results[dependency] ?? "")
    }
    return AgentAssignment(task: workflow.tasks[position], attempt: attempts[position], inputs: inputs)
  }

  /// Takes note of how an attempt ended.
  private func settle(_ attempt: Attempt, _ events: inout [WorkflowEvent]) {
    let position = attempt.position
    switch attempt.ending {
    case .answered(let answer):
      queue.succeed(position)
      results[position] = answer.text
      var event = event(.succeeded, position, attempt)
      event.result = answer.text
      event.fingerprint = workflow.tasks[position].fingerprint
      events.append(event)
    case .failed(let failure) where failure.kind == .budget:
      queue.retry(position)
      stop = stop ?? failure
      var event = event(.cancelled, position, attempt)
      // Which one is said at the end of the workflow.
      event.message = "A budget is spent."
      events.append(event)
    case .failed(let failure):
      fail(attempt, failure, as: .failed(failure.message), &events)
    case .timedOut:
      let limit = workflow.tasks[position].timeLimit ?? .zero
      let failure = AgentFailure(.work, "It was not done after \(limit.text).")
      fail(attempt, failure, as: .timedOut, &events)
    case .cancelled where Task.isCancelled:
      queue.retry(position)
      endings[position] = .cancelled
      events.append(event(.cancelled, position, attempt))
    case .cancelled:
      fail(attempt, AgentFailure(.work, "It was cancelled."), as: .cancelled, &events)
    }
  }

  private func fail(
    _ attempt: Attempt,
    _ failure: AgentFailure,
    as status: WorkflowTaskStatus,
    _ events: inout [WorkflowEvent]
  ) {
    let position = attempt.position
    let isTriedAgain = failure.kind == .work && attempts[position] <= workflow.tasks[position].retries
    let moment: WorkflowEvent.Moment = isTriedAgain ? .retried : status == .timedOut ? .timedOut : .failed
    var event = event(moment, position, attempt)
    event.message = failure.message
    event.attempt = attempts[position]
    events.append(event)
    guard !isTriedAgain else { return queue.retry(position) }
    endings[position] = status
    failures.append(failure.kind)
    for skipped in queue.fail(position) {
      var event = self.event(.skipped, skipped)
      event.because = workflow.tasks[position].id
      events.append(event)
    }
  }

  private func event(_ moment: WorkflowEvent.Moment, _ position: Int, _ attempt: Attempt? = nil) -> WorkflowEvent {
    let task = workflow.tasks[position]
    var event = WorkflowEvent(moment, of: workflow.name, task: task.id, phase: task.phase.rawValue)
    guard let attempt else { return event }
    spent += attempt.spent
    event.spending = attempt.spent
    event.seconds = attempt.time / .seconds(1)
    return event
  }

  private func result() -> WorkflowResult {
    let isCancelled = Task.isCancelled
    let statuses = workflow.tasks.indices.map { position in
      let status = status(of: position)
      return isCancelled && (status == .pending || status == .ready) ? .cancelled : status
    }
    return WorkflowResult(
      statuses: statuses,
      results: results,
      stop: stop,
      isCancelled: isCancelled,
      failures: failures,
      spent: spent
    )
  }
}

extension WorkflowPhase {
  /// Its place among the phases.
  var stage: Int {
    switch self {
    case .scout: 0
    case .plan: 1
    case .build: 2
    }
  }
}
