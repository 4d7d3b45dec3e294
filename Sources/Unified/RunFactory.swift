import Orchestration
import Persistence
package import Pipeline
import SourceControl
import Wording

/// The composition root: builds a run and everything in it from the configuration.
package struct RunFactory: Sendable {
  private let project: String
  /// The folder as which checks in a sandbox see the project; absent where that is its own.
  private let place: String?
  let configuration: Configuration
  private let environment: [String: String]
  private let sinks: [any EventSink]
  private let progress: @Sendable (StreamProgress) -> Void
  private let interruptionCode: @Sendable () -> Int32

  /// Takes what the program was started with as `environment`; checks get a few variables of it.
  ///
  /// The sinks hear of events after they are stored, and `progress` of every answer while it arrives. What the program
  /// exits with is asked for where a signal ends the run.
  package init(
    project: String,
    seenAs place: String? = nil,
    configuration: Configuration,
    environment: [String: String],
    sinks: [any EventSink],
    progress: @escaping @Sendable (StreamProgress) -> Void = { _ in },
    interruptionCode: @escaping @Sendable () -> Int32 = { RunOutcome.interrupted.exitCode }
  ) {
    self.project = project
    self.place = place
    self.configuration = configuration
    self.environment = environment
    self.sinks = sinks
    self.progress = progress
    self.interruptionCode = interruptionCode
  }

  /// Begins a run, or continues the interrupted one, and carries it to its outcome.
  ///
  /// `given` is what flags say about this start; the rest comes from the configuration. Throws `RunRefusal` where no run
  /// could begin; nothing was changed then.
  package func run(_ given: RunSettings, command: String) async throws -> ResultEvent {
    let health = configuration.router.isUsed ? ModelHealth() : nil
    let bus = EventBus(sinks + [health].compactMap(\.self))
    do {
      let result = try await Self.refusing { try await run(given, command: command, bus, health) }
      await bus.flush()
      return result
    } catch {
      await bus.flush()
      throw error
    }
  }

  private func run(
    _ given: RunSettings,
    command: String,
    _ bus: EventBus,
    _ health: ModelHealth?
  ) async throws -> ResultEvent {
    let executor = QueueExecutor(label: "autonomy.run")
    let recorder = RunRecorder(mask: configuration.secrets)
    let workspace = try openWorkspace(on: executor, recorder)
    let plan = try await readPlan(workspace)
    let folder = StateFolder(ofProject: workspace.root)
    try SnapshotStore.refuseUnsuitable(workspace.root)
    try folder.make()
    let lock = try ProjectLock(folder: folder.path, command: command)
    let store = try StateManager(path: folder.database, mask: configuration.secrets, executor: executor)
    let failures = given.orchestrated.isEmpty && !given.isShadowed ? nil : RecentFailures()
    if let failures { try await failures.follow(bus, from: store) }
    let journal = Journal(store: store, sink: bus, recorder: recorder)
    let scanner = ProjectScanner(workspace: workspace)
    let checkpoints = CheckpointStore(
      project: workspace.root,
      store: store,
      settings: configuration.checkpoint,
      executor: executor,
      sink: bus,
      recorder: recorder,
      workspace: workspace
    )
    try await checkpoints.recover()
    try await checkpoints.prune()
    // What a killed run left; under the lock nobody else has any.
    try await LeftChecks.end(of: workspace.root)
    try await ScratchCopy.removeAll(of: workspace.root)
    try await Worktree.removeLeftovers(of: workspace.root)
    var settings = given
    settings.taskAttempts = configuration.limits.taskAttempts
    let jobs = given.jobs ?? configuration.limits.jobs
    settings.jobs = jobs > 1 ? jobs : nil
    settings.defaultLimits = configuration.limits.ofRun
    settings.project = workspace.root
    settings.keepsFailed = configuration.checkpoint.keepsFailed

    let listing = try await scanner.listing(for: store.state)
    if settings.jobs != nil { try WorktreePreparation.check(configuration.worktree.share, of: listing.files.keys) }
    let start = RunStart(journal: journal, settings: settings)
    if let last = await start.repeatedVerdict(planVersion: plan, tree: listing.tree), let outcome = last.outcome {
      let message = [last.message?.asSentence, "Nothing has changed since."].compactMap(\.self).joined(separator: " ")
      var result = Coordinator.result(outcome, message: message, next: nil, store.state)
      if case .result(let told)? = try await store.lastEvents([.result], count: 1).last { result.cost = told.cost }
      return result
    }
    let pool = ModelPool(servers: configuration.modelServers, limits: configuration.limits.ofModels)
    let cards = KnownCards(environment: environment)
    let phaseModels = PhaseModels(configuration: configuration, directory: pool.directory, cards: cards.cards)
    let isRouted = configuration.router.isUsed
    let resolved = isRouted ? [:] : try await phaseModels.resolved(orchestrated: settings.orchestrated)
    let consulted = settings.isShadowed ? Set(PhaseName.allCases) : settings.orchestrated
    let found = consulted.isEmpty ? nil : try await phaseModels.roles(orchestrated: consulted)
    let interpreter = settings.orchestrated.isEmpty ? try await phaseModels.namedInterpreter() : nil
    let routed = isRouted ? try await routingCandidates(pool.directory, cards.cards, start) : nil
    let fixed = Array(resolved.values) + (found?.all ?? []) + [interpreter].compactMap(\.self)
    let windows = PhaseModel.windows(of: fixed + (routed ?? []).map(\.model))
    let models = await start.settled(resolved).mapValues { $0.inWindow(windows) }
    let candidates = routed?.map { $0.inWindow(windows) }
    let roles = found?.inWindows(windows)
    let terms = MoneyTerms(configuration, limits: await start.limits(), candidates: candidates)
    try terms.check(fixed)
    settings.baselines = terms.baselines(fixed)
    settings.day = Timestamp.now.day
    if isRouted { settings.outcomesKept = configuration.router.historyKept }
    let sandbox = try await Sandbox.probe(configuration.sandbox, environment: environment)
    settings.models = Dictionary(models.map { ($0.key.rawValue, $0.value.place) }) { $1 }
    settings.models["arbiter"] = roles?.arbiter.place
    for (role, model) in roles?.specialists ?? [:] { settings.models["\(role.rawValue) specialist"] = model.place }
    for (index, candidate) in (candidates ?? []).enumerated() {
      settings.models["candidate \(index + 1)"] = candidate.model.place
    }
    let asked = (roles?.all ?? []) + models.values + (candidates ?? []).map(\.model)
    settings.handling = Dictionary(asked.map { ($0.place, $0.handling) }) { $1 }
    settings.sandbox = sandbox.isActive ? "bubblewrap" : "none"
    var recorded = try await recordedStart(store, scanner, listing, recorder, checkpoints, workspace, settings)
    (recorded.models, recorded.interpreter) = (models, interpreter?.inWindow(windows))
    for (role, model) in roles?.specialists ?? [:] { recorded.roles[role.rawValue] = model }
    recorded.roles["arbiter"] = roles?.arbiter
    recorded.candidates = candidates
    let record: RunRecord
    do {
      record = try await RunStart(journal: journal, settings: settings).begin()
    } catch let error as BudgetExhausted {
      throw RunRefusal(.budget, "\(error)")
    }
    try await Worktree.removeTasks(of: workspace.root, but: Set(store.state.tasks.compactMap { $0.lane?.worktree }))
    // Where nothing can be captured, the first step that changes files says so and ends the run.
    recorded.checkpoint = try? await checkpoints.capture(CheckpointMoment(.run(record.id)))
    recorder.note(.start(recorded))
    try await journal.commit([])
    let routing = candidates.map { routingNotices($0) } ?? []
    for notice in [sandbox.notice, cards.notice].compactMap({ $0 }) + (roles?.notices ?? []) + routing {
      try await journal.commit([], [.warning(MessageEvent(message: notice))])
    }
    let assembly = RunAssembly(
      configuration: configuration,
      environment: environment,
      progress: progress,
      interruptionCode: interruptionCode
    )
    var parts = RunParts(
      executor: executor,
      workspace: workspace,
      scanner: scanner,
      journal: journal,
      client: WindowCheckingClient(pool, directory: pool.directory) { await Self.warn(of: $0, in: journal) },
      models: models,
      sandbox: sandbox,
      checkpoints: checkpoints,
      roles: roles,
      store: store
    )
    parts.interpreterModel = interpreter?.inWindow(windows)
    parts.candidates = candidates
    parts.watch = ServerWatch(directory: pool.directory, health: health, recorder: recorder)
    parts.failures = failures
    parts.place = place
    parts.worktrees = checkpoints
    if let jobs = settings.jobs { parts.gate = ServerGate(configuration.schedulingLimits(slots: jobs)) }
    if let failures, !settings.isShadowed {
      parts.prompts = EnhancedPrompts(failures: failures, phases: settings.orchestrated)
    }
    let result = await assembly.run(parts, record: record, settings: settings)
    await checkpoints.tidy()
    withExtendedLifetime(lock) {}
    return result
  }

  static func warn(of message: String, in journal: Journal) async {
    // Where nothing can be stored, the run ends with its next event anyhow, and says why.
    try? await journal.commit([], [.warning(MessageEvent(message: message))])
  }

  /// Writes down that a call of a model failed and is made again.
  static func noteRetry(of request: ModelRequest, after error: ModelError, in journal: Journal) async {
    let state = await journal.state
    // Outside of a run there are no steps.
    let step = request.note.step ?? (state.run == nil ? nil : state.stepsTaken + 1)
    let message = "\(error) The call is tried again."
    let event = MessageEvent(message: message, step: step, task: request.note.task, isRetry: true)
    try? await journal.commit([], [.warning(event)])
  }

  private func openWorkspace(
    on executor: QueueExecutor,
    _ recorder: RunRecorder
  ) throws(RunRefusal) -> Workspace {
    do {
      return try Workspace(root: project, executor: executor, witness: recorder)
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
