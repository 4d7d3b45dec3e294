package import Pipeline
import Synchronization

/// What went wrong lately, by task: a reader of the journal's events.
///
/// After a restart it goes on where it was if it hears of the last `remembered` events of `kinds` once more.
package final class RecentFailures: EventSink {
  /// The most that is remembered of one task.
  private static let mostOfTask = 8
  /// Mistakes in calls are a model's habit, not the task's: those of so many steps ago still count for others.
  private static let habitSteps = 10

  private struct State {
    var phases: [Int: (phase: PhaseName, task: TaskID?)] = [:]
    var ofTask: [TaskID: [StepFailure]] = [:]
    var habits: [PhaseName: [StepFailure]] = [:]
    var newestStep = 0
    /// What went wrong in the steps that have not ended, by step.
    var troubles: [Int: [StepFailure]] = [:]
    /// The last step of each task, or without one, if it failed.
    var failedSteps: [TaskID?: FailedStep] = [:]
  }

  private let state = Mutex(State())
  private let registry: ToolRegistry

  package init(registry: ToolRegistry = .standard) {
    self.registry = registry
  }

  /// What it listens to.
  package static let kinds: [Event.Kind] = [
    .runStarted, .phaseStarted, .phaseFinished, .toolResult, .toolRepair, .checkFinished, .taskChanged,
  ]

  /// How many of these it needs to go on where it was.
  package static let remembered = 200

  package func receive(_ events: [StoredEvent]) {
    state.withLock { state in
      for event in events { take(event.event, into: &state) }
    }
  }

  /// The failures that the next step of a task in a phase should know of: the newest of each kind, newest first.
  package func failures(of task: TaskID, in phase: PhaseName) -> [StepFailure] {
    state.withLock { state in
      let own = (state.ofTask[task] ?? []).filter { $0.kind.concerns(phase, after: $0.phase) }
      let habits = (state.habits[phase] ?? []).filter { $0.step + Self.habitSteps >= state.newestStep }
      var newest: [FailureKind: (place: Int, failure: StepFailure)] = [:]
      for (place, failure) in (habits + own).enumerated() {
        if let known = newest[failure.kind], known.failure.step > failure.step { continue }
        newest[failure.kind] = (place, failure)
      }
      return newest.values.sorted { ($0.failure.step, $0.place) > ($1.failure.step, $1.place) }.map { $0.failure }
    }
  }

  /// The steps that failed and were followed by no better one of the same task, the newest first.
  package var failedSteps: [FailedStep] {
    state.withLock { state in state.failedSteps.values.sorted { $0.number > $1.number } }
  }

  private func take(_ event: Event, into state: inout State) {
    switch event {
    case .phaseStarted(let start):
      // Steps follow each other; only those that are open at once are needed.
      state.phases = state.phases.filter { $0.key + 64 > start.step }
      state.phases[start.step] = (start.phase, start.task)
      state.newestStep = max(state.newestStep, start.step)
    case .runStarted:
      // Tasks are the project's and their failures stay; what no task has was another run's affair.
      state.failedSteps.removeValue(forKey: nil)
    case .taskChanged(let change) where !change.to.isOpen:
      state.ofTask[change.task] = nil
    case .checkFinished(let check) where check.status == .passed:
      guard let task = check.step.flatMap({ state.phases[$0]?.task }) else { return }
      state.ofTask[task]?.removeAll { $0.kind == .failingCheck && $0.name == check.check }
    case .phaseFinished(let end):
      note(event, in: &state)
      state.failedSteps[end.task] = FailedStep(end, troubles: state.troubles.removeValue(forKey: end.step) ?? [])
    default:
      note(event, in: &state)
    }
  }

  private func note(_ event: Event, in state: inout State) {
    guard let step = event.step, let (phase, task) = state.phases[step],
      let failure = StepFailure(event, phase: phase, task: task, changesFiles: registry.changesFiles)
    else { return }
    state.troubles[step, default: []].append(failure)
    if failure.kind.isHabit {
      state.habits[phase] = (state.habits[phase] ?? []).suffix(Self.mostOfTask - 1) + [failure]
    }
    guard let task else { return }
    // Where a check has failed there was no review.
    let isOfCheck = state.ofTask[task]?.contains { $0.kind == .failingCheck && $0.step == step } ?? false
    if failure.kind == .reviewIssues && isOfCheck { return }
    state.ofTask[task] = (state.ofTask[task] ?? []).suffix(Self.mostOfTask - 1) + [failure]
  }
}

extension FailureKind {
  /// Whether the model would do the same with another task.
  fileprivate var isHabit: Bool {
    switch self {
    case .badCalls, .rejectedEdit: true
    case .failingCheck, .reviewIssues, .noVerdict, .mergeConflict, .noWork, .overContext: false
    }
  }
}

extension FailureKind {
  /// Whether a failure in a phase is of use to whoever works on the task in another: a review hears of its own only.
  func concerns(_ other: PhaseName, after phase: PhaseName) -> Bool {
    switch self {
    case .failingCheck, .reviewIssues, .mergeConflict: other != .qa
    case .badCalls, .rejectedEdit, .noVerdict, .noWork, .overContext: (other == .qa) == (phase == .qa)
    }
  }
}

extension Event {
  /// The step that the event is of, where it can tell of a failure.
  fileprivate var step: Int? {
    switch self {
    case .toolRepair(let event): event.step
    case .toolResult(let event): event.step
    case .checkFinished(let event): event.step
    case .phaseFinished(let event): event.step
    default: nil
    }
  }
}
