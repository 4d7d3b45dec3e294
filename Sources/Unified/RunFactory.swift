package import Pipeline
import SourceControl

/// The composition root: builds a run and everything in it from the configuration.
package struct RunFactory: Sendable {
  private let project: String
  private let configuration: Configuration
  private let environment: [String: String]
  private let sinks: [any EventSink]
  private let progress: @Sendable (StreamProgress) -> Void

  /// Takes what the program was started with as `environment`; checks get a few variables of it.
  ///
  /// The sinks hear of events after they are stored, and `progress` of every answer while it arrives.
  package init(
    project: String,
    configuration: Configuration,
    environment: [String: String],
    sinks: [any EventSink],
    progress: @escaping @Sendable (StreamProgress) -> Void = { _ in }
  ) {
    self.project = project
    self.configuration = configuration
    self.environment = environment
    self.sinks = sinks
    self.progress = progress
  }

  /// Begins a run, or continues the interrupted one, and carries it to its outcome.
  ///
  /// `given` is what flags say about this start; the rest comes from the configuration. Throws `RunRefusal` where no run
  /// could begin; nothing was changed then.
  package func run(_ given: RunSettings, command: String) async throws -> ResultEvent {
    let workspace = try openWorkspace()
    let plan = try await readPlan(workspace)
    let folder = StateFolder(ofProject: workspace.root)
    let lock = try await Self.refusing { () throws -> ProjectLock in
      try folder.make()
      return try ProjectLock(folder: folder.path, command: command)
    }
    let store = try await Self.refusing { try StateManager(path: folder.database, mask: configuration.secrets) }
    let journal = Journal(store: store, sink: EventBus(sinks))
    let scanner = ProjectScanner(workspace: workspace)
    var settings = given
    settings.taskAttempts = configuration.limits.taskAttempts
    settings.defaultLimits = configuration.limits.ofRun
    settings.project = workspace.root

    let listing = try await scanner.listing(excluding: store.state.byProducts)
    let start = RunStart(journal: journal, settings: settings)
    if let last = await start.repeatedVerdict(planVersion: plan, tree: listing.tree), let outcome = last.outcome {
      let message = "\(last.message ?? "") Nothing has changed since."
      return Coordinator.result(outcome, message: message, next: nil, await store.state)
    }
    let pool = OllamaPool(servers: configuration.ollamaServers, limits: configuration.limits.ofModels)
    let models = try await PhaseModels(configuration: configuration, directory: pool.directory).resolved()
    let sandbox = try await Self.refusing {
      try await Sandbox.probe(configuration.sandbox, environment: environment)
    }
    settings.models = Dictionary(models.map { ($0.key.rawValue, "\($0.value.name)@\($0.value.server)") }) { $1 }
    settings.sandbox = sandbox.isActive ? "bubblewrap" : "none"
    let record: RunRecord
    do {
      record = try await RunStart(journal: journal, settings: settings).begin()
    } catch let error as BudgetExhausted {
      throw RunRefusal(.budget, "\(error)")
    }
    if let notice = sandbox.notice {
      try await journal.commit([], [.warning(MessageEvent(message: notice))])
    }
    let coordinator = try await makeCoordinator(
      Parts(workspace: workspace, scanner: scanner, journal: journal, pool: pool, models: models, sandbox: sandbox),
      record: record,
      settings: settings
    )
    let result = await coordinator.run()
    withExtendedLifetime(lock) {}
    return result
  }

  /// What a coordinator is made of.
  private struct Parts {
    let workspace: Workspace
    let scanner: ProjectScanner
    let journal: Journal
    let pool: OllamaPool
    let models: [PhaseName: PhaseModel]
    let sandbox: Sandbox
  }

  private func makeCoordinator(_ parts: Parts, record: RunRecord, settings: RunSettings) async throws -> Coordinator {
    let limits = configuration.limits
    let ledger = BudgetLedger(limits: record.limits, spent: record.spent, clock: ContinuousClock())
    let meter = TokenMeter(await parts.journal.state.tokenEstimator)
    let retrying = RetryingModelClient(parts.pool, patience: limits.serverPatience)
    let runner = CheckRunner(
      project: parts.workspace.root,
      sandbox: parts.sandbox,
      environment: environment,
      configured: configuration.checks.commands,
      allowsNetwork: configuration.checks.network,
      timeLimit: limits.checkTime,
      outputLimit: limits.checkOutput
    )
    let checks = CheckService(runner: runner, project: parts.scanner, journal: parts.journal)
    let loop = AgentLoop(
      client: MeteredModelClient(retrying, meter: meter),
      meter: meter,
      registry: .standard,
      workspace: parts.workspace,
      journal: parts.journal,
      ledger: ledger,
      limits: StepLimits(
        modelCalls: limits.stepModelCalls,
        malformedInARow: limits.malformedInARow,
        readsInARow: limits.readsInARow
      ),
      progress: progress
    )
    let tools = PhaseTools(
      loop: loop,
      prompts: Prompts(),
      models: parts.models,
      checks: checks,
      project: parts.scanner
    )
    let phases: [PhaseName: any Phase] = [
      .planning: PlanningPhase(tools: tools),
      .coding: WorkPhase(.coding, tools: tools),
      .qa: QAPhase(tools: tools, copies: ProjectCopies(project: parts.workspace.root)),
      .debugging: WorkPhase(.debugging, tools: tools),
      .documentation: DocumentationPhase(tools: tools),
    ]
    return Coordinator(
      journal: parts.journal,
      maker: RuleDecisionMaker(),
      phases: phases,
      models: parts.models,
      checks: checks,
      project: parts.scanner,
      ledger: ledger,
      settings: settings
    )
  }

  private func openWorkspace() throws(RunRefusal) -> Workspace {
    do {
      return try Workspace(root: project)
    } catch {
      throw RunRefusal(.configuration, "'\(project)' is no project folder: \(error)")
    }
  }

  private func readPlan(_ workspace: Workspace) async throws -> ObjectID {
    let name = Coordinator.planName
    do {
      guard let contents = try await workspace.contents(of: try ProjectPath(name)) else {
        throw RunRefusal(
          .configuration,
          "There is no '\(name)' in '\(workspace.root)'. Write what is to be built into it; 'autonomy init' makes one."
        )
      }
      guard let text = String(validating: contents.bytes, as: UTF8.self), text.utf8.contains(where: { $0 > 0x20 })
      else {
        throw RunRefusal(.configuration, "'\(name)' is empty or no UTF-8 text. Write what is to be built into it.")
      }
      return contents.id
    } catch let error as WorkspaceError {
      throw RunRefusal(.configuration, "'\(name)' cannot be read: \(error)")
    }
  }
}
