package import Pipeline
package import SourceControl

/// Runs both modes on one project from one checkpoint, each in a worktree and a state of its own.
///
/// Nothing is written to the project but below `.autonomy`.
package struct Comparison: Sendable {
  /// What is compared.
  package struct Plan: Sendable {
    /// How many runs each mode gets.
    package var repeats = 3
    /// The phases that are orchestrated in the runs of that mode.
    package var phases = Set(PhaseName.allCases)
    package var limits = RunLimits()
    package var wantsDocumentation = true
    /// Whether the tasks there are are dropped, so that both modes plan anew.
    package var startsFresh = false

    package init() {}
  }

  /// What there is to show while it goes on.
  package enum Progress: Sendable {
    /// A run begins, with what is left of the tasks there are.
    case began(run: Int, of: Int, mode: String, tasks: [TaskRecord])
    case ended(run: Int, of: Int, RunMeasures)
    /// A worktree stays in this folder, because these files in it are not its run's own.
    case kept(folder: String, [ProjectPath])
  }

  let project: String
  let configuration: Configuration
  let environment: [String: String]
  /// What hears of the events of every run.
  let sinks: [any EventSink]
  /// Hears of answers while they arrive.
  let streaming: @Sendable (StreamProgress) -> Void
  private let command: String
  private let progress: @Sendable (Progress) -> Void

  /// Takes the project's folder as an absolute path without symbolic links.
  package init(
    project: String,
    configuration: Configuration,
    environment: [String: String],
    command: String,
    sinks: [any EventSink] = [],
    streaming: @escaping @Sendable (StreamProgress) -> Void = { _ in },
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) {
    self.project = project
    self.configuration = configuration
    self.environment = environment
    self.command = command
    self.sinks = sinks
    self.streaming = streaming
    self.progress = progress
  }

  /// Carries all runs out, in an order that alternates, and keeps the report in the project's state.
  ///
  /// Throws `RunRefusal` where nothing can be compared, with the outcome `environment` where the project's checks do
  /// not come to the same in a worktree as in place.
  package func carryOut(_ plan: Plan) async throws -> ComparisonReport {
    let desk = CheckpointDesk(project: project, configuration: configuration, command: command)
    return try await desk.use { store in
      // What a killed comparison left; under the lock nobody else has any.
      try await ScratchCopy.removeAll(of: project)
      let wanted = try await Worktree.removeLeftovers(of: project)
      for (worktree, files) in wanted.sorted(by: { $0.key.name < $1.key.name }) { try await keep(worktree, files) }
      let start = try await self.start(plan, store)
      try await checkModels(of: plan.phases)
      try WorktreePreparation.check(configuration.worktree.share, of: try await store.paths(in: start.checkpoint))
      try await BaselineComparison(self).check(store, start)
      var pairs: [ComparisonPair] = []
      for number in 1...plan.repeats {
        var measures: [Bool: RunMeasures] = [:]
        // What the first run leaves in the servers' caches must not always serve the same mode.
        for isOrchestrated in number % 2 == 1 ? [false, true] : [true, false] {
          let run = ComparedRun(self, plan: plan, start: start, isOrchestrated: isOrchestrated)
          let tasks = start.projection?.tasks ?? []
          progress(.began(run: number, of: plan.repeats, mode: run.mode, tasks: tasks))
          let result = try await run.carryOut(number, store)
          progress(.ended(run: number, of: plan.repeats, result))
          measures[isOrchestrated] = result
        }
        guard let traditional = measures[false], let orchestrated = measures[true] else { break }
        pairs.append(ComparisonPair(traditional: traditional, orchestrated: orchestrated))
      }
      let report = ComparisonReport(
        project: project,
        time: Timestamp.now.description,
        checkpoint: start.checkpoint,
        phases: plan.phases,
        pairs: pairs
      )
      try await store.keep(report)
      return report
    }
  }

  /// Sets a worktree aside that holds what is not its run's own.
  func keep(_ worktree: Worktree, _ files: Set<ProjectPath>) async throws {
    let kept = try await worktree.setAside(as: .kept, worktree.name)
    progress(.kept(folder: ".autonomy/worktrees/\(kept.name)", files.sorted()))
  }

  /// Looks for the models of both modes, so that no run is made in vain.
  private func checkModels(of phases: Set<PhaseName>) async throws {
    let pool = ModelPool(servers: configuration.modelServers, limits: configuration.limits.ofModels)
    let cards = KnownCards(environment: environment).cards
    let models = PhaseModels(configuration: configuration, directory: pool.directory, cards: cards)
    if !configuration.router.isUsed {
      _ = try await models.resolved()
      _ = try await models.resolved(orchestrated: phases)
    }
    _ = try await models.roles(orchestrated: phases)
  }

  /// Where all runs begin.
  struct Start: Sendable {
    let checkpoint: SnapshotID
    /// The tasks there are already, unless both modes plan anew.
    let projection: Projection?
  }

  private func start(_ plan: Plan, _ store: CheckpointStore) async throws -> Start {
    let state = await store.store.state
    if let step = state.openSteps.first, !plan.startsFresh {
      throw RunRefusal(
        .conflict,
        "Step \(step.number) of the last run is open. End it with 'autonomy run', or compare from the beginning with "
          + "'--fresh'."
      )
    }
    if !state.tasks.isEmpty, state.tasks.allSatisfy({ $0.status == .done }), !plan.startsFresh {
      throw RunRefusal(
        .configuration,
        "All tasks are done, so there is nothing to compare. Compare from the beginning with '--fresh', on a checkpoint "
          + "from before the work."
      )
    }
    let checkpoint = try await store.create("Comparison of both modes").id
    return Start(checkpoint: checkpoint, projection: plan.startsFresh || state.tasks.isEmpty ? nil : state.projection)
  }
}
