package import SourceControl

/// How a start of the program becomes a new run, goes on with an interrupted one, or repeats the last verdict.
package struct RunStart: Sendable {
  private let journal: Journal
  private let settings: RunSettings

  package init(journal: Journal, settings: RunSettings) {
    self.journal = journal
    self.settings = settings
  }

  /// The last run, if nothing is left to do since its verdict.
  package func repeatedVerdict(planVersion: ObjectID, tree: ObjectID) async -> RunRecord? {
    let state = await journal.state
    guard !settings.startsFresh, let run = state.run, run.outcome?.isResumable == false else { return nil }
    let legal = LegalActions(state: state, planVersion: planVersion, wantsDocumentation: settings.wantsDocumentation)
    guard state.plan?.version == planVersion, legal.actions == [.finish], run.tree == tree else { return nil }
    return run
  }

  /// Begins or continues a run, and journals which.
  ///
  /// Throws `BudgetExhausted` where the run ended for its budget and no higher limit is given.
  package func begin() async throws -> RunRecord {
    let state = await journal.state
    if let run = continuedRun(state) { return try await continueRun(run, state: state) }
    return try await startRun(state: state)
  }

  /// The limits that will hold.
  package func limits() async -> RunLimits {
    settings.limits.filled(from: continuedRun(await journal.state)?.limits ?? settings.defaultLimits)
  }

  /// The models as this run treats them: one that it has used already as it did then, whatever was found out since.
  package func settled<Use>(_ models: [Use: PhaseModel]) async -> [Use: PhaseModel] {
    guard let run = continuedRun(await journal.state) else { return models }
    return models.mapValues { model in
      var model = model
      // A run that began before anything of the kind was known treats all models alike.
      guard let known = run.handling else {
        model.handling = ModelHandling()
        return model
      }
      model.handling = known[model.place] ?? model.handling
      return model
    }
  }

  private func continuedRun(_ state: PipelineState) -> RunRecord? {
    guard let run = state.run, !settings.startsFresh, run.outcome?.isResumable ?? true else { return nil }
    return run
  }

  /// How the models of this start are treated, where that is worth a word.
  private var specialHandling: [String: ModelHandling] { settings.handling.filter { $0.value != ModelHandling() } }

  private func startRun(state: PipelineState) async throws -> RunRecord {
    let limits = settings.limits.filled(from: settings.defaultLimits)
    let record = RunRecord(
      id: RunID(number: state.runsMade + 1),
      mode: settings.mode,
      limits: limits,
      handling: settings.handling
    )
    var changes: [StateChange] = (settings.startsFresh ? [.workAbandoned] : []) + [.runStarted(record)]
    if let percent = settings.outcomesKept { changes.append(.outcomesAged(keeping: percent)) }
    let event = RunStartedEvent(
      mode: settings.mode,
      modeOrigin: settings.modeOrigin,
      limits: limits,
      models: settings.models,
      handling: specialHandling,
      sandbox: settings.sandbox,
      project: settings.project,
      jobs: settings.jobs
    )
    try await journal.commit(changes, [.runStarted(event)])
    return record
  }

  private func continueRun(_ run: RunRecord, state: PipelineState) async throws -> RunRecord {
    var record = run
    record.limits = settings.limits.filled(from: run.limits)
    if let exhausted = record.exhaustedBudget { throw exhausted }
    record.outcome = nil
    record.message = nil
    let event = RunResumedEvent(
      mode: settings.mode,
      modeOrigin: settings.modeOrigin,
      limits: record.limits,
      previousMode: run.mode == settings.mode ? nil : run.mode,
      previous: run.outcome,
      step: state.openSteps.first?.number,
      models: settings.models,
      handling: specialHandling,
      sandbox: settings.sandbox,
      jobs: settings.jobs
    )
    let handling = (run.handling ?? [:]).merging(settings.handling) { old, _ in old }
    try await journal.commit(
      [.runContinued(record.limits, mode: settings.mode, handling: handling)],
      [.runResumed(event)]
    )
    return record
  }
}

extension RunLimits {
  /// These limits, and `other` where one is not given.
  package func filled(from other: RunLimits) -> RunLimits {
    RunLimits(
      steps: steps ?? other.steps,
      calls: calls ?? other.calls,
      tokens: tokens ?? other.tokens,
      seconds: seconds ?? other.seconds,
      microdollars: microdollars ?? other.microdollars
    )
  }
}

extension RunRecord {
  /// The limit that is used up already, if one is.
  package var exhaustedBudget: BudgetExhausted? {
    if let limit = limits.steps, spent.steps >= limit {
      return BudgetExhausted(kind: .steps, spent: Double(spent.steps), limit: Double(limit))
    }
    if let limit = limits.calls, spent.calls >= limit {
      return BudgetExhausted(kind: .calls, spent: Double(spent.calls), limit: Double(limit))
    }
    if let limit = limits.tokens, spent.tokens + BudgetLedger.leastAnswer > limit {
      return BudgetExhausted(kind: .tokens, spent: Double(spent.tokens), limit: Double(limit))
    }
    if let limit = limits.seconds, spent.seconds >= limit {
      return BudgetExhausted(kind: .time, spent: spent.seconds, limit: limit)
    }
    if let limit = limits.microdollars, spent.microdollars + reserveSpent.microdollars >= limit {
      let spent = spent.microdollars + reserveSpent.microdollars
      return BudgetExhausted(kind: .money, spent: Double(spent), limit: Double(limit))
    }
    return nil
  }
}
