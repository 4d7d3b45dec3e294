package import Pipeline

/// Reads the measures of one run out of its events, in order.
package struct RunMeasurement {
  private var measures = RunMeasures()
  private var uses: [Use: RunMeasures.ModelUse] = [:]
  private var roles: [Int: String] = [:]
  /// The working steps of each task since its first failure.
  private var setbacks: [TaskID: Int] = [:]
  /// The tasks that were given up in the step under way; its end comes after that.
  private var givenUp: Set<TaskID> = []
  /// The phase that worked on each task last.
  private var workers: [TaskID: PhaseName] = [:]

  /// The route of the step under way, and of the work that each task's review is about.
  private var route: RouteEvent?
  private var routes: [TaskID: RoutedWork] = [:]

  private struct RoutedWork {
    let route: RouteEvent
    let calls: Int
  }

  private struct Use: Hashable {
    let model: String
    let role: String
  }

  /// What is read; other events tell nothing of a run's measures.
  package static let kinds: Set<Event.Kind> = [
    .runStarted, .runResumed, .decision, .fallback, .consultation, .recovery, .route, .phaseStarted, .phaseFinished,
    .modelResponse, .toolRepair, .toolResult, .taskChanged, .result,
  ]

  package init() {}

  package mutating func take(_ event: Event) {
    switch event {
    case .runStarted(let event): measures.mode = event.mode
    case .runResumed(let event): measures.mode = event.mode
    case .decision(let event): take(event)
    case .fallback: measures.fallbacks += 1
    case .consultation(let event):
      measures.advice.consultations += 1
      if event.isRepeated { measures.advice.repeated += 1 }
    case .recovery(let event): take(event)
    case .route(let event): route = event
    case .phaseStarted(let event): roles[event.step] = event.role
    case .phaseFinished(let event): take(event)
    case .modelResponse(let event): take(event)
    case .toolRepair(let event): take(event)
    case .toolResult(let event): if event.tool.isEmpty { measures.toolCalls.lost += 1 }
    case .taskChanged(let event):
      if event.event == .gateFailed { fault(of: .qa) }
      if event.to == .failed {
        setbacks[event.task] = nil
        givenUp.insert(event.task)
        measures.recovery.failures += 1
      }
    case .result(let event): take(event)
    default: break
    }
  }

  /// The measures of all that was taken.
  package func result() -> RunMeasures {
    var result = measures
    result.models = uses.values.sorted { ($1.seconds, $0.model, $0.role) < ($0.seconds, $1.model, $1.role) }
    return result
  }

  private mutating func take(_ event: DecisionEvent) {
    if let rules = event.rules {
      measures.decisions += 1
      if rules == event.action { measures.agreeing += 1 }
    }
    let followed = event.advice.map { $0.count { $0.verdict == .used || $0.verdict == .clarified } }
    measures.advice.followed += followed ?? (event.guidance == nil ? 0 : 1)
  }

  private mutating func take(_ event: PhaseFinishedEvent) {
    measures.steps += 1
    roles[event.step] = nil
    measures.phases[event.phase.rawValue, default: PhaseMeasures()].steps += 1
    if event.result == "rejected", let task = event.task, let worker = workers[task] {
      fault(of: worker)
    } else if PhaseResult.failureWords.contains(event.result) {
      fault(of: event.phase)
    }
    guard let task = event.task else { return }
    takeRoute(of: event, task)
    if event.phase != .qa { workers[task] = event.phase }
    if givenUp.remove(task) != nil { return }
    if let count = setbacks[task] {
      setbacks[task] = count + (event.phase == .qa ? 0 : 1)
    } else if PhaseResult.failureWords.contains(event.result) {
      setbacks[task] = 0
    }
  }

  /// Counts a try with a routed model as soon as it is known what became of it.
  private mutating func takeRoute(of event: PhaseFinishedEvent, _ task: TaskID) {
    let own = route.flatMap { $0.step == event.step ? RoutedWork(route: $0, calls: event.calls) : nil }
    func count(_ work: RoutedWork?, _ passed: Bool) {
      guard let work else { return }
      let route = work.route
      let attempt = RoutedAttempt(
        files: route.files,
        model: route.model,
        cheaper: route.cheaper,
        passed: passed,
        calls: work.calls
      )
      measures.routed = (measures.routed ?? []) + [attempt]
    }
    switch (event.phase, event.result) {
    case (.qa, "approved"): count(routes.removeValue(forKey: task), true)
    case (.qa, "rejected"): count(routes.removeValue(forKey: task), false)
    case (.qa, _), (_, "asked"): break
    case (_, let result) where PhaseResult.failureWords.contains(result): count(own, false)
    default: routes[task] = own
    }
  }

  private mutating func fault(of phase: PhaseName) {
    measures.phases[phase.rawValue, default: PhaseMeasures()].failed += 1
  }

  private mutating func take(_ event: RecoveryEvent) {
    guard let steps = setbacks.removeValue(forKey: event.task) else { return }
    measures.recovery.failures += 1
    measures.recovery.workingSteps.append(steps)
    if !event.askedUser { measures.recovery.withoutUser += 1 }
  }

  private mutating func take(_ event: ModelResponseEvent) {
    let role = roles[event.step]
    let use = Use(model: event.model, role: role ?? "deciding")
    var entry = uses[use] ?? RunMeasures.ModelUse(model: use.model, role: use.role)
    entry.calls += 1
    entry.promptTokens += event.promptTokens ?? 0
    entry.outputTokens += event.outputTokens ?? 0
    entry.seconds += event.seconds
    uses[use] = entry
    if role != nil, !event.tools.isEmpty { measures.toolCalls.validAtFirst += 1 }
  }

  private mutating func take(_ event: ToolRepairEvent) {
    switch (event.stage, event.ok) {
    case (.retried, _):
      measures.toolCalls.lost += 1
    case (.native, let ok):
      // The response counted it as valid.
      measures.toolCalls.validAtFirst -= 1
      if ok { measures.toolCalls.mended[event.stage.rawValue, default: 0] += 1 }
    case (_, true):
      if !event.tools.isEmpty { measures.toolCalls.mended[event.stage.rawValue, default: 0] += 1 }
    case (_, false):
      break
    }
  }

  private mutating func take(_ event: ResultEvent) {
    measures.outcome = event.outcome
    measures.seconds = event.seconds
    measures.microdollars = event.cost.flatMap { $0.unpricedCalls == nil ? $0.microdollars : nil }
    measures.tasks = event.tasks
    measures.checks = event.checks.count
    measures.checksPassed = event.checks.values.count { $0 == CheckResult.Status.passed.rawValue }
  }
}
