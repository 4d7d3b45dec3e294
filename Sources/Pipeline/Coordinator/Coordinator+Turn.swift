import SourceControl

/// What one look at the state has come to.
enum Turn: Sendable {
  case ending(Ending)
  /// A step to carry out.
  case work(Job)
  /// Something was settled at once, so that there is more to look at.
  case again
  /// Nothing can be begun beside what is under way.
  case wait
}

extension Coordinator {
  /// Finds out what comes next: the step that is open, or a decision.
  func turn(beside flight: Flight) async throws -> Turn {
    try Task.checkCancellation()
    try await journal.look()
    let plan = try await readPlan()
    try await takeAnswers()
    try await takeBackFailures()
    var listing = try await noticeUserChanges()
    if let open = await journal.state.openSteps.first(where: { !flight.holds($0) }) {
      if try await drop(open, unlessOn: plan.version) { return .again }
      return try await goOn(open, plan: plan.text, files: listing, beside: flight)
    }
    guard let situation = try await situation(planVersion: plan.version, listing: listing, flight) else {
      return .again
    }
    if situation.legal.isEmpty { return .wait }
    let decision = try await decide(situation)
    // Models that decide take their time.
    if !settings.orchestrated.isEmpty || settings.isShadowed { listing = try await lookAgain() }
    switch decision.action {
    case .finish:
      let ending = try await finish(planVersion: plan.version, situation: situation)
      return ending.map { .ending($0) } ?? .again
    case .ask(let task):
      try await ask(in: open(decision, in: situation), about: task)
      return .again
    case .restore(let checkpoint, let task):
      try await restore(checkpoint, of: task, in: open(decision, in: situation))
      return .again
    case .phase:
      if !isDoneInLane(decision.action.task.flatMap { situation.state.task($0) }) {
        try await checkpoint(before: decision, number: situation.state.stepsTaken + 1)
      }
      let step = try await open(decision, in: situation, plan: plan.version)
      return try await begin(step, plan: plan.text, files: listing)
    }
  }

  /// Goes on with a step that was open when the run was cut off.
  private func goOn(
    _ step: OpenStep,
    plan: String,
    files: ProjectListing,
    beside flight: Flight
  ) async throws -> Turn {
    switch step.decision.action {
    case .ask(let task):
      try await ask(in: step, about: task)
      return .again
    case .restore(let checkpoint, let task):
      guard flight.isEmpty else { return .wait }
      try await restore(checkpoint, of: task, in: step)
      return .again
    case .phase, .finish:
      let task = await journal.state.openTask(of: step)
      guard flight.isEmpty || isDoneInLane(task) else { return .wait }
      // A rollback leads to where a step was open that was to be done in a worktree, and may now be done in the project.
      if !isDoneInLane(task), let task, task.checkpoints.isEmpty, task.origins.isEmpty {
        try await checkpoint(before: step.decision, number: step.number)
      }
      return try await begin(step, plan: plan, files: files)
    }
  }

  /// Whether the steps of a task are done in a worktree.
  func isDoneInLane(_ task: TaskRecord?) -> Bool {
    guard lanes != nil, let task else { return false }
    return task.lane != nil || usesLanes && task.isFresh
  }

  // MARK: - What is so

  /// MASTER_PLAN.md as it is now.
  private func readPlan() async throws -> (text: String, version: ObjectID) {
    let path = try ProjectPath(Self.planName)
    guard let bytes = try await home.project.contents(of: path), let text = String(validating: bytes, as: UTF8.self)
    else {
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

  /// Looks at the project before something is done with it, where time has passed since the turn began.
  @discardableResult
  func lookAgain() async throws -> ProjectListing {
    try await journal.look()
    return try await noticeUserChanges()
  }

  /// Makes what somebody else changed in the project the new base, and says so.
  private func noticeUserChanges() async throws -> ProjectListing {
    let listing = try await home.project.listing(for: journal.state)
    let known = try await journal.store.knownFiles()
    guard known != listing.files else { return listing }
    let paths = listing.paths(differingFrom: known)
    let changes = Dictionary(paths.map { ($0, listing.files[$0]) }) { $1 }
    let event: [Event] = known.isEmpty ? [] : [.userChanged(UserChangedEvent(paths: paths))]
    try await journal.commit([.filesKnown(changes)], event)
    return listing
  }

  /// The situation, or nil where a task had to be given up first.
  private func situation(
    planVersion: ObjectID,
    listing: ProjectListing,
    _ flight: Flight
  ) async throws -> Situation? {
    let state = await journal.state
    let progress = Progress(
      tree: listing.tree,
      failingChecks: state.failingChecks,
      statusCounts: state.statusCounts,
      plan: state.plan?.version
    )
    var legality = LegalActions(
      state: state,
      planVersion: planVersion,
      wantsDocumentation: settings.wantsDocumentation,
      allowsRestore: checkpoints != nil && !settings.orchestrated.isEmpty
    )
    legality.underway = flight.tasks
    legality.usesLanes = usesLanes
    let legal = legality.actions
    let laneProgress = try Self.laneProgress(of: legal, state, progress)
    var repeats = try await journal.store.repeats(on: progress.key)
    for (task, progress) in laneProgress {
      let ofTask = try await journal.store.repeats(on: progress.key)
      repeats = repeats.filter { $0.key.task != task }.merging(ofTask.filter { $0.key.task == task }) { $1 }
    }
    let stuck = legal.filter { repeats[$0, default: 0] >= LegalActions.executionsOnEqualProgress }
    guard stuck.contains(where: { $0.task != nil }) else {
      return Situation(state: state, legal: legal, repeats: repeats, progress: progress, laneProgress: laneProgress)
    }
    var edit = StateEdit(state)
    for action in stuck {
      guard let task = action.task, edit.state.task(task)?.status.isOpen == true else { continue }
      try edit.move(
        task,
        .abandoned,
        reason: "'\(action)' was done \(repeats[action, default: 0]) times and changed nothing."
          + (Self.lastCause(of: edit.state.task(task), in: action).map { " \($0)" } ?? "")
      )
    }
    try await journal.commit(edit)
    return nil
  }

  /// What the last step of a kind on a task came to, in one line.
  private static func lastCause(of task: TaskRecord?, in action: Action) -> String? {
    if case .phase(.qa, _) = action, let review = task?.lastReview { return review }
    let issue = task?.issues.last.map { "The last review reported: \($0.description)" }
    return (issue ?? task?.reason ?? task?.lastError).map { sentence(of: $0) }
  }

  /// The progress of tasks with a worktree: what is in that stands for the project's files.
  private static func laneProgress(
    of legal: [Action],
    _ state: PipelineState,
    _ progress: Progress
  ) throws -> [TaskID: Progress] {
    var all: [TaskID: Progress] = [:]
    for action in legal {
      guard let task = action.task.flatMap({ state.task($0) }), let lane = task.lane else { continue }
      let lines = ["\(lane.base)"] + task.origins.map { "\($0.path) \($0.left.map(\.description) ?? "-")" }.sorted()
      var own = progress
      own.tree = try ObjectID(blob: Array(lines.joined(separator: "\n").utf8))
      all[task.id] = own
    }
    return all
  }

  /// Asks the decision maker; a choice that is not legal gives way to the rules' one.
  private func decide(_ situation: Situation) async throws -> Decision {
    let decision = try await maker.decide(situation)
    return situation.allows(decision) ? decision : RuleDecisionMaker().decide(situation)
  }

  // MARK: - Steps

  func open(_ decision: Decision, in situation: Situation, plan: ObjectID? = nil) async throws -> OpenStep {
    if let exhausted = await journal.order?.exhaustion() { throw StepStop.budget(exhausted) }
    let spent: Spending
    do {
      spent = try await ledger.drawStep()
    } catch {
      if error.kind == .time { journal.recorder?.noteExhausted(error) }
      throw StepStop.budget(error)
    }
    let step = OpenStep(
      number: situation.state.stepsTaken + 1,
      decision: decision,
      progress: situation.progress(of: decision.action).key,
      baseTree: situation.progress.tree,
      plan: plan
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
}
