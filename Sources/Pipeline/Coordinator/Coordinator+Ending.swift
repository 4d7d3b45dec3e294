import SourceControl

extension Coordinator {
  /// Runs the checks once before the first step of a run that has none on record.
  func runBaseline() async throws {
    let state = await journal.state
    guard state.openSteps.isEmpty, state.run?.spent.steps == 0 else { return }
    let results = try await home.checks.runAll(step: nil)
    let statuses = Dictionary(results.map { ($0.name, $0.status) }) { $1 }
    if state.approvedChecks.isEmpty { try await journal.commit([.checksApproved(statuses)]) }
    if results.isEmpty {
      let message = "No check was found, so nothing can prove that the work is right. Name one under 'checks'."
      try await journal.commit([], [.warning(MessageEvent(message: message))])
    }
  }

  /// What the run has come to; nil where a task must be mended first.
  func finish(planVersion: ObjectID, situation: Situation) async throws -> Ending? {
    let state = situation.state
    if let question = state.waitingQuestions.first(where: { $0.answer == nil }) {
      return Ending(
        .needsUser,
        "The run needs an answer to '\(question.id)': \(question.text)",
        next: "Answer with 'autonomy answer \(question.id) TEXT', then continue with 'autonomy run'."
      )
    }
    if state.plan?.version != planVersion {
      return Ending(
        .noProgress,
        "Planning made no valid plan of 'MASTER_PLAN.md' in \(LegalActions.planningTries) tries.",
        next: "'autonomy log' shows why. Make the plan clearer, or shorter where it did not fit, or choose another "
          + "model for planning."
      )
    }
    let ended = state.tasks.filter { $0.status == .failed || $0.status == .blocked && $0.failure != .notInPlan }
    guard ended.isEmpty else {
      // What failed was taken back since the checks ran last, and they are told of as they are at the end.
      _ = try await home.checks.runAll(step: nil)
      return partialEnding(state, ended)
    }
    return try await passGate(state)
  }

  private func partialEnding(_ state: PipelineState, _ ended: [TaskRecord]) -> Ending {
    let failed = ended.filter { $0.status == .failed }
    let first = failed.first ?? ended[0]
    let why = "\(first.id): \(first.reason ?? "it failed")"
    let count = "\(ended.count) of \(state.tasks.count) \(state.tasks.count == 1 ? "task" : "tasks") did not get done"
    let next = "'autonomy tasks' shows them. Try again with 'autonomy tasks reopen --failed' and 'autonomy run'."
    let isStuck = !failed.isEmpty && failed.allSatisfy { $0.failure == .noProgress }
    let outcome: RunOutcome = isStuck && !state.tasks.contains { $0.status == .done } ? .noProgress : .partial
    return Ending(outcome, "\(count). \(why)", next: next)
  }

  /// All tasks are done: every check must pass on the final tree, or the task done last is not done after all.
  ///
  /// So must the tests as they were before tasks touched them that had no business with them, and what was approved must
  /// still be what is there.
  private func passGate(_ state: PipelineState) async throws -> Ending? {
    let approved = state.tasks.filter { $0.status == .done }.flatMap(\.reviewedPaths)
    let before = try await home.project.listing(for: journal.state, including: approved).files
    let results = try await home.checks.runAll(step: nil)
    let done = state.tasks.filter { $0.status == .done }.sorted(by: Self.doneEarlier)
    let files = try await home.project.listing(for: journal.state, including: approved)
    var reports = Self.unapproved(files.paths(differingFrom: before), of: done)
    let failing = results.filter { $0.status.isFailure }
    if !failing.isEmpty, let last = done.last {
      reports[last.id, default: []].insert(contentsOf: failing.map { $0.report() }, at: 0)
    }
    if !reports.isEmpty { return try await sendBack(reports.mapValues { $0.joined(separator: "\n\n") }) }
    let changes = EvidenceChanges(of: done, in: files.files, CheckFiles(try await home.checks.definitions()))
    let trial = try await home.checks.trial(of: changes, after: results, step: nil)
    if let report = trial.report, let last = done.last(where: { changes.concernTests(of: $0) }) {
      return try await sendBack([last.id: report])
    }
    let passed = results.filter { $0.status == .passed }
    guard !passed.isEmpty else {
      return Ending(
        .unverified,
        "\(Self.all(done.count)) done and reviewed, but no check of the project's own could prove it.",
        next: "Add tests, or name a check under 'checks' in 'autonomy.json'."
      )
    }
    let names = passed.map { "'\($0.name)'" }.joined(separator: ", ")
    if trial.isSelfMade || !done.isEmpty && done.allSatisfy({ $0.approval?.isSelfJudged == true }) {
      return Ending(
        .unverified,
        "\(Self.all(done.count)) done, but only tests of \(done.count == 1 ? "its" : "their") own (\(names)) prove it.",
        next: "Read those tests, or add some that no task has written, and run again."
      )
    }
    return Ending(.complete, "\(Self.all(done.count)) done, and \(names) \(passed.count == 1 ? "passes" : "pass").")
  }

  /// What to say of files that the last checks have changed, to the tasks that were approved with them last.
  private static func unapproved(_ changed: [ProjectPath], of done: [TaskRecord]) -> [TaskID: [String]] {
    var paths: [TaskID: [ProjectPath]] = [:]
    for path in changed {
      guard let task = done.last(where: { $0.reviewedPaths.contains(path) }) else { continue }
      paths[task.id, default: []].append(path)
    }
    return paths.mapValues { paths in
      let names = paths.map { "'\($0)'" }.joined(separator: ", ")
      let them = paths.count == 1 ? "it was" : "they were"
      return ["The checks changed \(names) after \(them) approved. What they hold now must be reviewed."]
    }
  }

  /// Opens tasks again that did not hold at the end.
  private func sendBack(_ reports: [TaskID: String]) async throws -> Ending? {
    var edit = StateEdit(await journal.state, step: await journal.state.stepsTaken)
    for (task, report) in reports.sorted(by: { $0.key < $1.key }) {
      try edit.move(task, .gateFailed, reason: Self.firstLine(report)) { $0.lastError = report }
    }
    try await journal.commit(edit)
    return nil
  }

  private static func all(_ count: Int) -> String { count == 1 ? "The one task is" : "All \(count) tasks are" }

  private static func doneEarlier(_ left: TaskRecord, _ right: TaskRecord) -> Bool {
    (left.doneAt ?? 0, left.id) < (right.doneAt ?? 0, right.id)
  }

  /// Writes the ending down; where even that fails, the result says so.
  func close(with ending: Ending) async -> ResultEvent {
    journal.takeOverAll()
    // What cannot be stored now is told of below, where nothing can be stored either.
    try? await journal.commitWaiting()
    let time = await ledger.chargeTime()
    var state = await journal.state
    try? state.apply(.spent(time))
    var result = result(ending, state)
    do {
      let tree = try? await home.project.listing(for: state).tree
      journal.recorder?.note(.end(tree))
      var events: [Event] = []
      if let budget = ending.budget {
        events.append(
          .budget(
            BudgetEvent(
              kind: budget.kind.rawValue,
              spent: budget.spent,
              limit: budget.limit,
              message: budget.description
            )
          )
        )
      }
      if ending.outcome == .internalError { events.append(.error(MessageEvent(message: ending.message))) }
      let changes: [StateChange] = [.spent(time), .runEnded(ending.outcome, message: ending.message, tree: tree)]
      try await journal.commit(changes, events + [.result(result)])
    } catch {
      result = self.result(ending.unwritten(because: error), state)
    }
    return result
  }

  package static func result(
    _ outcome: RunOutcome,
    message: String,
    next: String?,
    _ state: PipelineState
  ) -> ResultEvent {
    let spent = state.run?.spent ?? Spending()
    let reserve = state.run?.reserveSpent ?? Spending()
    let loads = [spent.loadSeconds, reserve.loadSeconds].compactMap(\.self)
    return ResultEvent(
      outcome: outcome,
      exitCode: Int(outcome.exitCode),
      message: message,
      next: next,
      tasks: Dictionary(state.statusCounts.map { ($0.key.rawValue, $0.value) }) { $1 },
      checks: state.latestChecks.mapValues { $0.rawValue },
      steps: spent.steps,
      calls: spent.calls,
      promptTokens: spent.promptTokens,
      outputTokens: spent.outputTokens,
      seconds: spent.seconds,
      decisionCalls: reserve.calls > 0 ? reserve.calls : nil,
      decisionTokens: reserve.calls > 0 ? reserve.tokens : nil,
      loadSeconds: loads.isEmpty ? nil : loads.reduce(0, +)
    )
  }

  private func result(_ ending: Ending, _ state: PipelineState) -> ResultEvent {
    var result = Self.result(ending.outcome, message: ending.message, next: ending.next, state)
    if ending.outcome == .interrupted { result.exitCode = Int(interruptionCode()) }
    if let baselines = settings.baselines, let run = state.run {
      result.cost = RunCost(of: run, baselines: baselines)
    }
    return result
  }
}
