package import Orchestration
package import Persistence
package import Pipeline

/// What a run works with: the project, its journal and the way to its models.
package struct RunParts: Sendable {
  /// Where workspace, journal and coordinator do their work, so that no step switches threads.
  package var executor: QueueExecutor
  package var workspace: Workspace
  package var scanner: any ProjectScanning
  package var journal: Journal
  /// The transport to the models; retrying, counting and recording are put around it.
  package var client: any ModelClient
  package var models: [PhaseName: PhaseModel]
  package var sandbox: Sandbox
  /// The folder as which checks in a sandbox see the project, where that is another.
  package var place: String?
  /// Words what the models are told.
  package var prompts: any PromptProvider = Prompts()
  /// Asked what a model's answer means where nothing else helps.
  package var interpreter: (any CallInterpreter)?
  /// The model that interprets answers where nothing else helps and no arbiter's interpreter does.
  package var interpreterModel: PhaseModel?
  /// The models of the orchestrated mode; without them the rules decide.
  package var roles: RoleModels?
  /// What went wrong lately, of which failed steps are analysed; it must be among the sinks of the journal.
  package var failures: RecentFailures?
  /// The store below the journal, which the decision maker remembers by.
  package var store: StateManager?
  /// Makes what runs the checks of a folder, where that is not the usual.
  package var checks: (@Sendable (String) -> any CheckRunning)?
  /// Makes what copies a folder for checks, where that is not the usual.
  package var copies: (@Sendable (String) -> any ProjectCopying)?
  /// What searches for lines, where that is not the usual.
  package var search: (any LineSearching)?
  /// The models among which the router chooses; without them each phase has its own.
  package var candidates: [RoutingCandidate]?
  /// Knows how the servers stand, where there is a router.
  package var watch: (any ServerWatching)?
  /// By which the arbiter's time is measured.
  package var clock: any Clock<Duration> = ContinuousClock()
  /// What lets steps at their models by turns, where several are under way.
  package var gate = ServerGate()
  /// What makes worktrees for tasks; absent where all is done in the project itself.
  package var worktrees: CheckpointStore?
  /// What a new worktree needs, where that is not what the configuration says.
  package var preparation: (any LanePreparing)?
  /// Absent where nothing is to be captured.
  package var checkpoints: (any Checkpointing)?

  package init(
    executor: QueueExecutor,
    workspace: Workspace,
    scanner: any ProjectScanning,
    journal: Journal,
    client: any ModelClient,
    models: [PhaseName: PhaseModel],
    sandbox: Sandbox,
    interpreter: (any CallInterpreter)? = nil,
    checkpoints: (any Checkpointing)? = nil,
    roles: RoleModels? = nil,
    store: StateManager? = nil
  ) {
    self.executor = executor
    self.workspace = workspace
    self.scanner = scanner
    self.journal = journal
    self.client = client
    self.models = models
    self.sandbox = sandbox
    self.interpreter = interpreter
    self.checkpoints = checkpoints
    self.roles = roles
    self.store = store
  }
}

/// Puts a coordinator together from the parts of a run.
package struct RunAssembly: Sendable {
  private let configuration: Configuration
  private let environment: [String: String]
  private let progress: @Sendable (StreamProgress) -> Void
  private let interruptionCode: @Sendable () -> Int32

  /// Takes what hears of every answer while it arrives, and what the program exits with where a signal ends the run.
  package init(
    configuration: Configuration,
    environment: [String: String],
    progress: @escaping @Sendable (StreamProgress) -> Void = { _ in },
    interruptionCode: @escaping @Sendable () -> Int32 = { RunOutcome.interrupted.exitCode }
  ) {
    self.configuration = configuration
    self.environment = environment
    self.progress = progress
    self.interruptionCode = interruptionCode
  }

  /// Carries the run that `record` describes to its outcome.
  package func run(_ parts: RunParts, record: RunRecord, settings: RunSettings) async -> ResultEvent {
    let coordinator = await coordinator(of: parts, record: record, settings: settings)
    return await withTaskExecutorPreference(parts.executor) { await coordinator.run() }
  }

  private func coordinator(of parts: RunParts, record: RunRecord, settings: RunSettings) async -> Coordinator {
    let limits = configuration.limits
    let money = await account(of: record, parts, settings)
    let prices = CallPrices(day: settings.day, parts.allModels)
    var runLimits = record.limits
    // When the time was over is on record; how long a replay takes has nothing to do with it.
    if parts.journal.order != nil { runLimits.seconds = nil }
    let ledger = BudgetLedger(limits: runLimits, spent: record.spent, money: money, clock: ContinuousClock())
    let meter = TokenMeter(await parts.journal.state.tokenEstimator)
    let journal = parts.journal
    let retrying = RetryingModelClient(parts.client, patience: limits.serverPatience) { error, request in
      await RunFactory.noteRetry(of: request, after: error, in: journal)
    }
    let metered = MeteredModelClient(retrying, meter: meter)
    @Sendable func client(_ charge: @escaping @Sendable (Spending) -> StateChange) -> UnifiedModelClient {
      UnifiedModelClient(
        metered,
        meter: meter,
        ledger: ledger,
        prices: prices,
        journal: parts.journal,
        isFollowedByCommit: true,
        charge: charge
      )
    }
    let recording = parts.journal.recorder.map { RecordingSearch(GrepSearch(), recorder: $0) }
    let search: any LineSearching = parts.search ?? recording ?? GrepSearch()
    var maker: any DecisionMaker = RuleDecisionMaker()
    var interpreter = parts.interpreter
    if let roles = parts.roles, let store = parts.store {
      let manager = UnifiedStateManager(store: store, journal: parts.journal)
      let shadowLog = settings.isShadowed ? ShadowLog(manager: manager, journal: parts.journal) : nil
      let orchestration = OrchestrationAssembly(
        models: roles,
        settings: configuration.orchestration,
        client: metered,
        meter: meter,
        money: money,
        prices: prices,
        workspace: parts.workspace,
        search: search,
        log: shadowLog ?? manager,
        journal: parts.journal,
        record: record,
        failures: parts.failures,
        clock: parts.clock
      )
      if let shadowLog {
        maker = ShadowedRules(arbiter: orchestration.make(for: Set(PhaseName.allCases)).arbiter, log: shadowLog)
      } else {
        (maker, interpreter) = orchestration.make(for: settings.orchestrated)
      }
    }
    if let model = parts.interpreterModel {
      interpreter = ModelInterpreter(tool: UnifiedModelTool(model: model, client: client { .spent($0) }, meter: meter))
    }
    let bench = Workbench(
      parts: parts,
      configuration: configuration,
      environment: environment,
      ledger: ledger,
      meter: meter,
      selector: selector(of: parts, money, settings),
      interpreter: interpreter,
      search: search,
      progress: progress
    )
    let home = bench.project(client { .spent($0) })
    let lanes = parts.worktrees.map { store in
      let keeper = LaneKeeper(store: store, project: parts.workspace, preparation: preparation(of: parts)) { files in
        let tally = SpendingTally()
        let paying = client { spending in
          tally.add(spending)
          return .spent(spending)
        }
        return bench.worktree(files, paying, tally)
      }
      return Lanes(keeper: keeper, checkpoints: store, journal: parts.journal, project: parts.workspace)
    }
    return Coordinator(
      journal: parts.journal,
      maker: maker,
      phases: home.phases,
      models: parts.models,
      checks: home.checks,
      project: home.project,
      ledger: ledger,
      settings: settings,
      checkpoints: parts.checkpoints,
      lanes: lanes,
      meter: meter,
      interruptionCode: interruptionCode
    )
  }

  /// What makes new worktrees ready.
  private func preparation(of parts: RunParts) -> any LanePreparing {
    if let preparation = parts.preparation { return preparation }
    let preparation = WorktreePreparation(
      place: parts.place ?? parts.workspace.root,
      configuration: configuration,
      environment: environment
    )
    guard let recorder = parts.journal.recorder else { return preparation }
    return RecordingPreparation(preparation: preparation, recorder: recorder, project: parts.workspace)
  }

  /// The caps on money that hold for the run, with what counts to each already.
  private func account(of record: RunRecord, _ parts: RunParts, _ settings: RunSettings) async -> MoneyAccount {
    MoneyAccount(
      limit: record.limits.microdollars,
      spent: record.spent.microdollars + record.reserveSpent.microdollars,
      configuration.limits,
      await parts.journal.state.money,
      day: settings.day
    )
  }

  private func selector(of parts: RunParts, _ money: MoneyAccount, _ settings: RunSettings) -> any ModelSelector {
    guard let candidates = parts.candidates, let watch = parts.watch else { return PhaseModelSelector(parts.models) }
    let roles = PhaseName.allCases.map { ($0, ModelUse(rawValue: $0.rawValue)?.role.rawValue ?? "") }
    return RoutedModels(
      configuration.router,
      candidates: candidates,
      roles: Dictionary(uniqueKeysWithValues: roles),
      watch: watch,
      money: money,
      journal: parts.journal,
      day: settings.day
    )
  }
}

extension RunParts {
  /// Every model that the run may ask.
  var allModels: [PhaseModel] {
    models.values + (roles?.all ?? []) + [interpreterModel].compactMap { $0 } + (candidates ?? []).map(\.model)
  }
}

extension MoneyAccount {
  /// The caps on money that hold for one run or workflow, with what counts to each already.
  convenience init(limit: Int?, spent: Int, _ limits: LimitSettings, _ book: MoneyBook, day: String?) {
    let caps: [(BudgetExhausted.Kind, Int?, Int)] = [
      (.money, limit, spent),
      (.dayMoney, limits.dayDollars?.microdollars, day.map { book.total(on: $0) } ?? 0),
      (.projectMoney, limits.projectDollars?.microdollars, book.total),
    ]
    self.init(caps.compactMap { kind, limit, spent in limit.map { MoneyCap(kind, limit: $0, spent: spent) } })
  }
}
