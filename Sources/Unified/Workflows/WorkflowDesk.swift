package import Orchestration
import Persistence
package import Pipeline

/// Carries out workflows in a project: with the configured models, within a budget, and with a memory of what was done.
package struct WorkflowDesk: Sendable {
  private let configuration: Configuration
  private let environment: [String: String]
  private let workspace: Workspace
  private let executor: QueueExecutor
  private let sinks: [any EventSink]

  /// Takes the project's folder, in which nothing is changed but for its `.autonomy`.
  ///
  /// The sinks hear of events after they are stored. Throws `RunRefusal` where it is no folder.
  package init(
    project: String,
    configuration: Configuration,
    environment: [String: String],
    sinks: [any EventSink]
  ) throws {
    executor = QueueExecutor(label: "autonomy.workflow")
    do throws(WorkspaceError) {
      workspace = try Workspace(root: project, executor: executor)
    } catch {
      throw RunRefusal(.configuration, "'\(project)' is no project folder: \(error)")
    }
    self.configuration = configuration
    self.environment = environment
    self.sinks = sinks
  }

  /// Runs what has not succeeded yet of a workflow, or all of it where it `startsFresh`.
  ///
  /// `limits` are those of this workflow, over all starts since the last fresh one. Throws `RunRefusal` where it cannot
  /// begin; nothing was changed then.
  package func run(
    _ file: WorkflowFile,
    limits: RunLimits,
    startsFresh: Bool,
    command: String
  ) async throws -> WorkflowReport {
    let bus = EventBus(sinks)
    do {
      let report = try await run(file, limits: limits, startsFresh: startsFresh, command: command, bus)
      await bus.flush()
      return report
    } catch {
      await bus.flush()
      throw error
    }
  }

  private func run(
    _ file: WorkflowFile,
    limits: RunLimits,
    startsFresh: Bool,
    command: String,
    _ bus: EventBus
  ) async throws -> WorkflowReport {
    let folder = StateFolder(ofProject: workspace.root)
    let lock = try await RunFactory.refusing { () throws -> ProjectLock in
      try folder.make()
      return try ProjectLock(folder: folder.path, command: command)
    }
    defer { withExtendedLifetime(lock) {} }
    let store = try await RunFactory.refusing {
      try StateManager(path: folder.database, mask: configuration.secrets, executor: executor, outsideRuns: true)
    }
    let history = startsFresh ? nil : try WorkflowHistory.all(in: .open(folder)).last { $0.name == file.name }
    let journal = Journal(store: store, sink: bus, recorder: nil)
    let fingerprints = try file.fingerprints()
    let succeeded = (history?.successes ?? [:]).filter { fingerprints[$0.key] == $0.value.fingerprint }
    let isDone = succeeded.count == file.entries.count
    let pool = ModelPool(servers: configuration.modelServers, limits: configuration.limits.ofModels)
    let cards = KnownCards(environment: environment)
    let models =
      isDone
      ? [:]
      : try await PhaseModels(configuration: configuration, directory: pool.directory, cards: cards.cards)
        .resolved(file.entries.map { $0.agent })
    let workflow = Workflow(name: file.name, tasks: file.entries.map { $0.task(by: models, fingerprints) })
    let limits = limits.filled(from: configuration.limits.ofRun)
    try MoneyTerms(configuration, limits: limits, candidates: nil).check(Array(models.values))
    let day = Timestamp.now.day
    let money = MoneyAccount(
      limit: limits.microdollars,
      spent: history?.spent.microdollars ?? 0,
      configuration.limits,
      store.state.money,
      day: day
    )
    let ledger = BudgetLedger(
      limits: limits,
      spent: history?.spent ?? Spending(),
      money: money,
      clock: ContinuousClock()
    )
    let manager = UnifiedStateManager(store: store, journal: journal)
    let coordinator = try AgentCoordinator(
      workflow,
      limits: configuration.schedulingLimits(slots: file.slots),
      succeeded: succeeded.mapValues { $0.result ?? "" },
      journal: manager
    )
    if !isDone { try await note(.started, workflow, startsFresh, manager) }
    let meter = TokenMeter(store.state.tokenEstimator)
    let client = MeteredModelClient(
      RetryingModelClient(
        WindowCheckingClient(pool, directory: pool.directory) { await RunFactory.warn(of: $0, in: journal) },
        patience: configuration.limits.serverPatience
      ) { await RunFactory.noteRetry(of: $1, after: $0, in: journal) },
      meter: meter
    )
    let prices = CallPrices(day: day, Array(models.values))
    // At the three bytes a token that are assumed of an unknown model, a quarter of the smallest window a document.
    let window = models.values.map { $0.numContext }.min() ?? 0
    let context = try await ProjectContext(workspace, limit: window / 8 * 3).text
    let (agents, desk) = (file.agents(by: models), ReadingDesk(workspace))
    let start = ContinuousClock.now
    let result = try await withTaskExecutorPreference(executor) {
      try await coordinator.run { assignment in
        guard let model = agents[assignment.task.id] else {
          preconditionFailure("Every task has a model.")
        }
        let tool = UnifiedModelTool(
          model: model,
          client: UnifiedModelClient(client, meter: meter, ledger: ledger, prices: prices, journal: journal) {
            spending in
            assignment.spending.add(spending)
            return .spent(spending)
          },
          meter: meter,
          reducer: ContextReducer(),
          answerLimit: .max,
          passesBudget: true
        )
        return try await ModelAgent(tool: tool, desk: desk, context: context).answer(assignment)
      }
    }
    var cost = result.spent
    cost.seconds = (ContinuousClock.now - start) / .seconds(1)
    var spent = history?.spent ?? Spending()
    spent += cost
    let report = WorkflowReport(workflow, result, spent: spent)
    if !isDone { try await note(report, cost, manager) }
    return report
  }

  private func note(
    _ moment: WorkflowEvent.Moment,
    _ workflow: Workflow,
    _ startsFresh: Bool,
    _ journal: some WorkflowJournal
  ) async throws {
    var event = WorkflowEvent(moment, of: workflow.name)
    event.tasks = workflow.tasks.count
    event.isFresh = startsFresh ? true : nil
    try await journal.note([event])
  }

  private func note(_ report: WorkflowReport, _ cost: Spending, _ journal: some WorkflowJournal) async throws {
    var event = WorkflowEvent(.finished, of: report.name)
    event.message = report.message
    event.counts = report.result.counts
    event.seconds = cost.seconds
    event.microdollars = cost.microdollars > 0 ? cost.microdollars : nil
    try await journal.note([event])
  }
}

extension UnifiedStateManager: WorkflowJournal {
  package func note(_ events: [WorkflowEvent]) async throws {
    try await journal.commit([], events.map { .workflow($0) })
  }
}

extension WorkflowFile {
  /// The model of each task.
  fileprivate func agents(by models: [Agent: PhaseModel]) -> [String: PhaseModel] {
    Dictionary(entries.compactMap { entry in models[entry.agent].map { (entry.task.id, $0) } }) { $1 }
  }
}

extension WorkflowFile.Entry {
  /// The task with what is known of its model.
  fileprivate func task(
    by models: [WorkflowFile.Agent: PhaseModel],
    _ fingerprints: [String: String]
  ) -> WorkflowTask {
    var task = task
    task.fingerprint = fingerprints[task.id] ?? ""
    guard let model = models[agent] else { return task }
    task.server = model.server
    task.model = model.place
    // Half of the window is for what others have found out.
    task.inputLimit = (inputTokens ?? model.numContext / 2) * 3
    return task
  }
}

extension Configuration {
  /// How many tasks may run at once, in all and on each server.
  func schedulingLimits(slots: Int) -> SchedulingLimits {
    let capacities = servers.map { ($0.name, ServerCapacity(slots: $0.slots, resident: $0.resident)) }
    return SchedulingLimits(slots: slots, servers: Dictionary(capacities) { $1 })
  }
}
