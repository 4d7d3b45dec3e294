import SourceControl

/// A step as it is carried out, apart from the loop that decides.
struct Job: Sendable {
  /// What is to be done.
  enum Work: Sendable {
    case phase
    /// The checks again, on files that were merged since the review that approved them.
    case checks(Approval)
  }

  /// What came of it.
  enum Finding: Sendable {
    case result(PhaseResult)
    case checked(Approval, [CheckResult])
    /// The budget was spent before it was done; the step stays open.
    case exhausted(BudgetExhausted)
  }

  let step: OpenStep
  let phase: PhaseName
  let task: TaskID?
  let place: Workplace
  /// Whether it is done in the project itself, with nothing beside it.
  let isInProject: Bool
  /// The worktree, where it is new and still to be prepared.
  let newLane: LaneRecord?
  let attempt: Int
  let isRepeat: Bool
  let plan: String
  /// What the project held when the step began; nil for a worktree, which is looked at when the work begins.
  let files: ProjectListing?
  let start = ContinuousClock.now
  /// What the checks are judged by.
  var state: PipelineState
  var work = Work.phase
}

extension Coordinator {
  /// Makes all ready for a step: its worktree, if it has one, brought up to date for a review.
  func begin(_ step: OpenStep, plan: String, files: ProjectListing) async throws -> Turn {
    guard case .phase(let phase, let id) = step.decision.action else {
      preconditionFailure("Only phases become steps.")
    }
    var state = await journal.state
    let task = id.flatMap { state.task($0) }
    let attempt = id.map { (state.counters[$0]?.attemptsDrawn ?? 0) + 1 } ?? state.planningTries + 1
    let repeats = try await journal.store.repeats(on: step.progress)
    let model = models[phase]
    let started = PhaseStartedEvent(
      step: step.number,
      phase: phase,
      task: id,
      role: model?.role ?? ModelUse(rawValue: phase.rawValue)?.role.rawValue ?? "",
      // Where there is a choice, it is made when the step's prompt is known.
      model: model?.name.description ?? "",
      attempt: attempt
    )
    journal.commitWithNext([], [.phaseStarted(started)])
    var place = home
    var newLane: LaneRecord?
    var conflict: String?
    let isInLane = isDoneInLane(task)
    // Checkpoints are not taken through the journal, which would tell of them first.
    if isInLane { try await journal.commitWaiting() }
    if isInLane, let lanes, let task {
      // What is captured next is what is known.
      if task.lane == nil || phase == .qa { try await lookAgain() }
      if task.lane == nil { newLane = try await lanes.begin(step, of: task.id) }
      if phase == .qa, case .conflict(let text) = try await lanes.bringUpToDate(task.id, step: step.number) {
        conflict = text
      }
      if let lane = task.lane ?? newLane { place = try await lanes.place(of: lane).place }
      // Others go on writing down what they do.
      try await journal.look()
      state = await journal.state
    }
    let job = Job(
      step: step,
      phase: phase,
      task: id,
      place: place,
      isInProject: !isInLane,
      newLane: newLane,
      attempt: attempt,
      isRepeat: repeats[step.decision.action, default: 0] > 0,
      plan: plan,
      files: isInLane ? nil : files,
      state: state
    )
    guard let conflict else { return .work(job) }
    _ = try await conclude(job, .result(.conflict(conflict)))
    return .again
  }

  /// Does the work of a step; several may do so at once, each in a place of its own.
  func perform(_ job: Job) async throws -> Job.Finding {
    if case .checks(let approval) = job.work {
      let note = "It ran again on the merged files."
      let results = try await job.place.checks.runAll(step: job.step.number, judging: job.task, note: note)
      return .checked(approval, results)
    }
    guard let phase = job.place.phases[job.phase] else { preconditionFailure("Every phase can be carried out.") }
    if let lane = job.newLane, let task = job.task { try await lanes?.adopt(lane, for: task) }
    let files: ProjectListing
    if let known = job.files {
      files = known
    } else {
      files = try await job.place.project.listing(for: job.state, inProject: false)
    }
    let context = StepContext(
      step: job.step,
      task: job.task.flatMap { job.state.task($0) },
      state: job.state,
      attempt: job.attempt,
      isRepeat: job.isRepeat,
      plan: job.plan,
      files: files
    )
    do {
      return .result(try await phase.run(context))
    } catch let error as WorkspaceError where !job.isInProject && error.code != .environment {
      // What checks have made of a worktree nobody else can mend; the task ends by its attempts, and the others go on.
      return .result(job.phase == .qa ? .noVerdict(error.message) : .fruitless(error.message))
    }
  }

  /// Writes down what a step came to; answers what is still to be done for it, if anything is.
  func conclude(_ job: Job, _ finding: Job.Finding) async throws -> Job? {
    var known: [ProjectPath: ObjectID?] = [:]
    let result: PhaseResult
    switch try await join(job, finding) {
    case .again(let job): return job
    case .open: return nil
    case .result(let joined, let files): (result, known) = (joined, files)
    }
    let before = await journal.state
    let lane = job.task.flatMap { before.task($0)?.lane }
    var edit = StateEdit(before, step: job.step.number)
    if !known.isEmpty { try edit.add(.filesKnown(known)) }
    try edit.add(.spent(await ledger.chargeTime()))
    try await apply(result, of: job.phase, to: job.task, in: &edit)
    try countRoute(of: job.step.number, result, of: job.phase, to: job.task, in: &edit)
    try edit.add(.stepClosed(job.step.number))
    let spent = spending(of: job, before: job.state.run?.spent, after: edit.state.run?.spent)
    edit.add(
      .phaseFinished(
        PhaseFinishedEvent(
          step: job.step.number,
          phase: job.phase,
          task: job.task,
          result: result.word(in: job.phase),
          reason: result.reason,
          calls: spent.calls,
          promptTokens: spent.promptTokens,
          outputTokens: spent.outputTokens,
          seconds: spent.seconds
        )
      )
    )
    try await journal.commit(edit)
    try await checkpoint(doneSince: before)
    if let lane, let task = job.task, await journal.state.task(task)?.status == .done {
      try await lanes?.end(lane, of: task)
    }
    return nil
  }

  /// What a step has cost: where several are under way, what the models of its own place have.
  private func spending(of job: Job, before: Spending?, after: Spending?) -> Spending {
    let (before, after) = (before ?? Spending(), after ?? Spending())
    if let tally = job.place.spending {
      var spent = tally.take()
      spent.seconds = (ContinuousClock.now - job.start) / .seconds(1)
      return spent
    }
    return Spending(
      calls: after.calls - before.calls,
      promptTokens: after.promptTokens - before.promptTokens,
      outputTokens: after.outputTokens - before.outputTokens,
      seconds: after.seconds - before.seconds
    )
  }
}

extension PipelineState {
  /// The task that a step is about.
  func openTask(of step: OpenStep) -> TaskRecord? { step.decision.action.task.flatMap { task($0) } }
}
