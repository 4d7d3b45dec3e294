package import Orchestration
package import Pipeline

/// The models of the orchestrated mode's roles.
package struct RoleModels: Sendable {
  package var arbiter: PhaseModel
  package var specialists: [SpecialistRole: PhaseModel]
  /// What is missing and what that means, one sentence each, for the user.
  package var notices: [String]

  package init(arbiter: PhaseModel, specialists: [SpecialistRole: PhaseModel], notices: [String] = []) {
    self.arbiter = arbiter
    self.specialists = specialists
    self.notices = notices
  }

  /// The arbiter's and the specialists' models.
  var all: [PhaseModel] { [arbiter] + specialists.values }

  /// The same models, each in the window that its place has.
  func inWindows(_ windows: [String: Int]) -> RoleModels {
    RoleModels(
      arbiter: arbiter.inWindow(windows),
      specialists: specialists.mapValues { $0.inWindow(windows) },
      notices: notices
    )
  }
}

/// Puts the arbiter and its specialists together from the parts of a run.
struct OrchestrationAssembly {
  let models: RoleModels
  let settings: OrchestrationSettings
  let client: any ModelClient
  let meter: TokenMeter
  let money: MoneyAccount
  let prices: CallPrices
  let workspace: Workspace
  let search: any LineSearching
  let log: any DecisionLog
  let journal: Journal
  let record: RunRecord
  /// The failures of the run as they come, which must be among the sinks of its journal.
  let failures: RecentFailures?
  /// By which the arbiter's time is measured.
  let clock: any Clock<Duration>

  /// Makes the arbiter, and the interpreter if there is one.
  func make(for phases: Set<PhaseName>) -> (arbiter: Arbiter, interpreter: (any CallInterpreter)?) {
    let ledger = BudgetLedger(
      limits: record.limits.share(settings.arbiterShare),
      spent: record.reserveSpent,
      money: money,
      clock: ContinuousClock()
    )
    let paying = UnifiedModelClient(client, meter: meter, ledger: ledger, prices: prices, journal: journal) {
      .reserveSpent($0)
    }
    func tool(_ model: PhaseModel) -> UnifiedModelTool {
      UnifiedModelTool(model: model, client: paying, meter: meter, reducer: ContextReducer())
    }
    let desk = ReadingDesk(workspace, search: search)
    let specialists = models.specialists.map { role, model in
      ModelSpecialist(role: role, tool: tool(model), desk: desk)
    }
    var limits = ArbiterLimits()
    limits.consultations = settings.consultations
    limits.fallbacksInARow = settings.fallbacksInARow
    limits.time = settings.decisionTime
    // One consultation leaves time for the decision that it is for.
    limits.consultationTime = settings.decisionTime / 2
    let arbiter = Arbiter(
      tool: tool(models.arbiter),
      specialists: SpecialistRegistry(specialists),
      log: log,
      failures: failures,
      limits: limits,
      phases: phases,
      clock: clock
    )
    return (arbiter, models.specialists[.interpreter].map { ModelInterpreter(tool: tool($0)) })
  }
}

extension RecentFailures {
  /// Listens on the bus, beginning with what it needs of the events that are stored.
  func follow(_ bus: EventBus, from store: StateManager) async throws {
    let first = try await store.sequence(beforeLast: Self.remembered, of: Self.kinds)
    try await bus.subscribe(self, after: first) { try await store.events(after: $0) }
  }
}

extension ReadingDesk {
  /// Reading for specialists: the same tools and handlers as in the phases, but for those that change or decide.
  init(_ workspace: Workspace, search: any LineSearching = GrepSearch()) {
    let registry = ToolRegistry.standard
    let tools = registry.readingTools()
    self.init(tools: tools) { call, limit in
      var context = ToolContext(workspace: workspace, phase: .qa)
      context.resultLimit = limit
      context.search = search
      do throws(ToolError) {
        return try await registry.answer(call, offered: tools, in: context).text
      } catch {
        switch error {
        case .malformedCall(let text), .respondToModel(let text), .fatal(let text): return text
        case .cancelled: throw CancellationError()
        }
      }
    }
  }
}

extension RunLimits {
  /// A share of these limits, for the decision maker's reserve; time and money are the run's own.
  func share(_ share: Double) -> RunLimits {
    RunLimits(
      calls: calls.map { max(1, Int(Double($0) * share)) },
      tokens: tokens.map { max(1, Int(Double($0) * share)) }
    )
  }
}
