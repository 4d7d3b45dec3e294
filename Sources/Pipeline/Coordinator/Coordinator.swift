import SourceControl

/// The one loop of a run: situation, decision, step, result, until an outcome.
package struct Coordinator: Sendable {
  let journal: Journal
  let maker: any DecisionMaker
  let phases: [PhaseName: any Phase]
  let models: [PhaseName: PhaseModel]
  let checks: CheckService
  let project: any ProjectScanning
  let ledger: BudgetLedger
  let settings: RunSettings
  let checkpoints: (any Checkpointing)?
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
    interruptionCode: @escaping @Sendable () -> Int32 = { RunOutcome.interrupted.exitCode }
  ) {
    self.journal = journal
    self.maker = maker
    self.phases = phases
    self.models = models
    self.checks = checks
    self.project = project
    self.ledger = ledger
    self.settings = settings
    self.checkpoints = checkpoints
    self.interruptionCode = interruptionCode
  }

  /// Runs to an outcome, which is always the last thing in the journal.
  package func run() async -> ResultEvent {
    let ending: Ending
    do {
      try await runBaseline()
      ending = try await loop()
    } catch {
      ending = await Ending(stoppedBy: error, state: journal.state)
    }
    return await close(with: ending)
  }

  private func loop() async throws -> Ending {
    while true {
      try Task.checkCancellation()
      let plan = try await readPlan()
      try await takeAnswers()
      try await takeBackFailures()
      let listing = try await noticeUserChanges()
      if let open = await journal.state.openSteps.first {
        switch open.decision.action {
        case .ask(let task): try await ask(in: open, about: task)
        case .restore(let checkpoint, let task): try await restore(checkpoint, of: task, in: open)
        case .phase, .finish: try await carryOut(open, plan: plan.text, files: listing)
        }
        continue
      }
      guard let situation = try await situation(planVersion: plan.version, listing: listing) else { continue }
      let decision = try await decide(situation)
      if decision.action == .finish {
        if let ending = try await finish(planVersion: plan.version, situation: situation) { return ending }
        continue
      }
      if case .ask(let task) = decision.action {
        try await ask(in: open(decision, in: situation), about: task)
        continue
      }
      if case .restore(let checkpoint, let task) = decision.action {
        try await restore(checkpoint, of: task, in: open(decision, in: situation))
        continue
      }
      try await checkpoint(before: decision)
      let step = try await open(decision, in: situation)
      try await carryOut(step, plan: plan.text, files: listing)
    }
  }

  // MARK: - What is so

  /// MASTER_PLAN.md as it is now.
  private func readPlan() async throws -> (text: String, version: ObjectID) {
    let path = try ProjectPath(Self.planName)
    guard let bytes = try await project.contents(of: path), let text = String(validating: bytes, as: UTF8.self) else {
      throw StepStop.configuration(
        "'MASTER_PLAN.md' cannot be read any more. Put it back, then continue with 'autonomy run'."
      )
    }
    return (text, try ObjectID(blob: bytes))
  }

  package static let planName = "MASTER_PLAN.md"

  /// Gives answers that have come in since to the tasks that wait for them.
  private func takeAnswers() async throws {
    for question in try await journal.store.unappliedAnswers() {
      var edit = StateEdit(await journal.state)
      let text = question.answer ?? ""
      try edit.add(.questionAnswered(question.id, text))
      edit.add(.answer(AnswerEvent(id: question.id, task: question.task, text: text)))
      if let task = question.task {
        if edit.state.task(task)?.status == .needsUser {
          try edit.move(task, .answered, reason: "The user answered '\(question.id)'.") { record in
            record.answers.append(AnsweredQuestion(question: question.text, answer: text))
          }
        }
        try edit.add(.questionClosed(question.id))
      }
      try await journal.commit(edit)
    }
  }

  /// Makes what somebody else changed in the project the new base, and says so.
  private func noticeUserChanges() async throws -> ProjectListing {
    let listing = try await project.listing(excluding: journal.state.byProducts)
    let known = try await journal.store.knownFiles()
    guard known != listing.files else { return listing }
    let paths = listing.paths(differingFrom: known)
    let changes = Dictionary(paths.map { ($0, listing.files[$0]) }) { $1 }
    if !known.isEmpty, let recorder = journal.recorder {
      let files = await recorder.keep(paths.map { ($0, listing.files[$0]) }, limit: RunRecorder.mostChanged) { path in
        try? await project.contents(of: path)
      }
      recorder.note(.files(files))
    }
    let event: [Event] = known.isEmpty ? [] : [.userChanged(UserChangedEvent(paths: paths))]
    try await journal.commit([.filesKnown(changes)], event)
    return listing
  }

  /// The situation, or nil where a task had to be given up first.
  private func situation(planVersion: ObjectID, listing: ProjectListing) async throws -> Situation? {
    let state = await journal.state
    let progress = Progress(
      tree: listing.tree,
      failingChecks: state.failingChecks,
      statusCounts: state.statusCounts,
      plan: state.plan?.version
    )
    let repeats = try await journal.store.repeats(on: progress.key)
    let legal = LegalActions(
      state: state,
      planVersion: planVersion,
      wantsDocumentation: settings.wantsDocumentation,
      allowsRestore: checkpoints != nil && !settings.orchestrated.isEmpty
    ).actions
    let stuck = legal.filter { repeats[$0, default: 0] >= LegalActions.executionsOnEqualProgress }
    guard stuck.contains(where: { $0.task != nil }) else {
      return Situation(state: state, legal: legal, repeats: repeats, progress: progress)
    }
    var edit = StateEdit(state)
    for action in stuck {
      guard let task = action.task, edit.state.task(task)?.status.isOpen == true else { continue }
      try edit.move(
        task,
        .abandoned,
        reason: "'\(action)' was done \(repeats[action, default: 0]) times and changed nothing."
      )
    }
    try await journal.commit(edit)
    return nil
  }

  /// Asks the decision maker; a choice that is not legal gives way to the rules' one.
  private func decide(_ situation: Situation) async throws -> Decision {
    let decision = try await maker.decide(situation)
    return situation.allows(decision) ? decision : RuleDecisionMaker().decide(situation)
  }

  // MARK: - Steps

  func open(_ decision: Decision, in situation: Situation) async throws -> OpenStep {
    let spent: Spending
    do {
      spent = try await ledger.drawStep()
    } catch {
      throw StepStop.budget(error)
    }
    let step = OpenStep(
      number: situation.state.stepsTaken + 1,
      decision: decision,
      progress: situation.progress.key,
      baseTree: situation.progress.tree
    )
    let repeats = situation.repeats[decision.action, default: 0]
    let event = DecisionEvent(
      step: step.number,
      action: decision.action,
      maker: decision.maker,
      reason: decision.reason,
      legal: situation.legal,
      progress: step.progress,
      repeats: repeats,
      rules: RuleDecisionMaker().decide(situation).action,
      guidance: decision.guidance,
      advice: decision.advice
    )
    try await journal.commit([.spent(spent), .stepOpened(step)], [.decision(event)])
    return step
  }

  private func carryOut(_ step: OpenStep, plan: String, files: ProjectListing) async throws {
    guard case .phase(let name, let id) = step.decision.action, let phase = phases[name] else {
      preconditionFailure("Only phases become steps.")
    }
    let state = await journal.state
    let task = id.flatMap { state.task($0) }
    let attempt = id.map { (state.counters[$0]?.attemptsDrawn ?? 0) + 1 } ?? state.planningTries + 1
    let repeats = try await journal.store.repeats(on: step.progress)
    let model = models[name]
    let started = PhaseStartedEvent(
      step: step.number,
      phase: name,
      task: id,
      role: model?.role ?? "",
      model: model?.name.description ?? "",
      attempt: attempt
    )
    journal.commitWithNext([], [.phaseStarted(started)])
    let before = state.run?.spent ?? Spending()
    let context = StepContext(
      step: step,
      task: task,
      state: state,
      attempt: attempt,
      isRepeat: repeats[step.decision.action, default: 0] > 0,
      plan: plan,
      files: files
    )
    let result = try await phase.run(context)
    var edit = StateEdit(await journal.state, step: step.number)
    try edit.add(.spent(await ledger.chargeTime()))
    try await apply(result, of: name, to: id, in: &edit)
    try edit.add(.stepClosed(step.number))
    let after = edit.state.run?.spent ?? before
    edit.add(
      .phaseFinished(
        PhaseFinishedEvent(
          step: step.number,
          phase: name,
          task: id,
          result: result.word(in: name),
          reason: result.reason,
          calls: after.calls - before.calls,
          promptTokens: after.promptTokens - before.promptTokens,
          outputTokens: after.outputTokens - before.outputTokens,
          seconds: after.seconds - before.seconds
        )
      )
    )
    try await journal.commit(edit)
    try await checkpoint(doneSince: state)
  }
}
