/// The one loop of a run: situation, decision, step, result, until an outcome.
package struct Coordinator: Sendable {
  let journal: Journal
  let maker: any DecisionMaker
  /// The project itself; whatever is not one task's own is done here, with nothing beside it.
  let home: Workplace
  let models: [PhaseName: PhaseModel]
  let ledger: BudgetLedger
  let settings: RunSettings
  let checkpoints: (any Checkpointing)?
  /// The worktrees of tasks; without them all is done in the project, one step at a time.
  let lanes: Lanes?
  /// What is known of tokens, by which steps go that are under way at once.
  let meter: TokenMeter?
  /// What the program exits with where a signal ends the run.
  let interruptionCode: @Sendable () -> Int32

  package init(
    journal: Journal,
    maker: any DecisionMaker,
    phases: [PhaseName: any Phase],
    models: [PhaseName: PhaseModel],
    checks: CheckService,
    project: any ProjectScanning,
    ledger: BudgetLedger,
    settings: RunSettings,
    checkpoints: (any Checkpointing)? = nil,
    lanes: Lanes? = nil,
    meter: TokenMeter? = nil,
    interruptionCode: @escaping @Sendable () -> Int32 = { RunOutcome.interrupted.exitCode }
  ) {
    self.journal = journal
    self.maker = maker
    self.models = models
    home = Workplace(phases: phases, checks: checks, project: project)
    self.ledger = ledger
    self.settings = settings
    self.checkpoints = checkpoints
    self.lanes = lanes
    self.meter = meter
    self.interruptionCode = interruptionCode
  }

  /// Runs to an outcome, which is always the last thing in the journal.
  package func run() async -> ResultEvent {
    let ending: Ending
    do {
      try await lanes?.recover()
      try await runBaseline()
      ending = try await loop()
    } catch {
      ending = await Ending(stoppedBy: error, state: journal.state)
    }
    // What cannot be removed now is removed when the next run starts.
    try? await lanes?.keeper.removeReleased()
    return await close(with: ending)
  }

  /// Whether tasks are begun in worktrees, so that several can be worked on at once.
  var usesLanes: Bool { lanes != nil && (settings.jobs ?? 1) > 1 }

  private func loop() async throws -> Ending {
    guard !usesLanes else { return try await loopInParallel() }
    while true {
      switch try await turn(beside: Flight()) {
      case .ending(let ending):
        return ending
      case .work(let job):
        var next: Job? = job
        while let job = next { next = try await conclude(job, try await perform(job)) }
      case .again:
        continue
      case .wait:
        preconditionFailure("Nothing is under way that could be waited for.")
      }
    }
  }

  /// The same with several steps at once; whatever ends is taken in here, one after the other.
  ///
  /// Where the budget is spent nothing more begins, and what is under way comes to its end as far as it can.
  private func loopInParallel() async throws -> Ending {
    journal.recorder?.keepOrder(true)
    journal.order?.open()
    defer {
      journal.order?.close()
      journal.recorder?.keepOrder(false)
    }
    return try await withThrowingTaskGroup(of: (Job, Job.Finding).self) { group in
      defer { journal.order?.leave() }
      var flight = Flight()
      var exhausted: BudgetExhausted?
      func launch(_ job: Job) {
        flight.begin(job)
        journal.order?.beginStep()
        meter?.begin(job.step.number)
        group.addTask { (job, try await finding(of: job)) }
      }
      while true {
        if exhausted == nil, flight.hasRoom(settings.jobs ?? 1) {
          do {
            switch try await turn(beside: flight) {
            case .ending(let ending):
              return ending
            case .work(let job):
              launch(job)
              continue
            case .again:
              continue
            case .wait:
              break
            }
          } catch StepStop.budget(let error) {
            exhausted = error
          }
        }
        if let exhausted, flight.isEmpty { throw StepStop.budget(exhausted) }
        try await land(from: &group, &flight)
        while let (job, finding) = flight.takeLanded() {
          if case .exhausted(let error) = finding { exhausted = exhausted ?? error }
          if let again = try await conclude(job, finding) {
            launch(again)
          } else {
            flight.end(job)
          }
        }
      }
    }
  }

  /// Waits for the end of a step: the first, or the one that came first when the run was recorded.
  private func land(
    from group: inout ThrowingTaskGroup<(Job, Job.Finding), any Error>,
    _ flight: inout Flight
  ) async throws {
    let wanted = journal.order?.nextLanding
    // Where the record has none, something failed, which ends this.
    let waitsForFailure = journal.order != nil && wanted == nil
    while waitsForFailure || !flight.hasArrived(wanted) {
      journal.order?.park()
      let next = try await group.next()
      journal.order?.unpark()
      guard let (job, finding) = next else { break }
      flight.arrive(job, finding)
    }
    let step = flight.land(wanted)
    journal.recorder?.noteLanding(of: step)
    await journal.order?.land(step)
    journal.takeOver(from: step)
    guard let meter else { return }
    meter.end(step)
    if await journal.state.tokenEstimator != meter.estimator {
      journal.commitWithNext([.tokensCalibrated(meter.estimator)])
    }
  }

  /// What came of a step's work, or that the budget did not last for it.
  private func finding(of job: Job) async throws -> Job.Finding {
    try await UnderwayStep.$number.withValue(job.isInProject ? 0 : job.step.number) {
      await journal.order?.start()
      defer { journal.order?.endStep() }
      do {
        return try await perform(job)
      } catch StepStop.budget(let exhausted) {
        return .exhausted(exhausted)
      }
    }
  }
}
