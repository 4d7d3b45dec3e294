package import Orchestration
package import Pipeline

/// Asks the configured models for advice, a specialist alone or two in a dialogue, outside of any run.
package struct Consulting: Sendable {
  private let configuration: Configuration
  private let workspace: Workspace
  private let pool: ModelPool
  private let cards: [CapabilityCard]
  private let journal: Journal
  private let meter = TokenMeter()

  /// Somebody waits for the answer, so a server that fails is given less time than in a run.
  private static let patience = Duration.seconds(30)

  /// Takes the folder whose plan and instructions the models are told; nothing in it is changed.
  ///
  /// Throws `RunRefusal` where it is none.
  package init(project: String, configuration: Configuration, environment: [String: String]) throws {
    do throws(WorkspaceError) {
      workspace = try Workspace(root: project)
    } catch {
      throw RunRefusal(.configuration, "'\(project)' is no project folder: \(error)")
    }
    self.configuration = configuration
    pool = ModelPool(servers: configuration.modelServers, limits: configuration.limits.ofModels)
    cards = KnownCards(environment: environment).cards
    journal = Journal(store: try StateManager(path: ":memory:"), sink: EventBus([]), recorder: nil)
  }

  /// Finds the models of these roles on their servers, and behind them the arbiter's if that is wanted.
  ///
  /// Throws `RunRefusal` where one is missing or its server does not answer.
  package func models(of roles: [SpecialistRole], withArbiter: Bool = false) async throws -> [PhaseModel] {
    let uses = roles.map { $0.use } + (withArbiter ? [.arbiter] : [])
    let models = try await PhaseModels(configuration: configuration, directory: pool.directory, cards: cards)
      .resolved(uses)
    return uses.compactMap { models[$0] }
  }

  /// Asks a specialist one question; it may look at the project's files.
  ///
  /// With `recalls` it is told first what it was asked and answered in the project's last run, as much as its window has
  /// room for. Throws `RunRefusal` where there is no answer or the project's documents cannot be read, `JournalError`
  /// where the run's journal cannot, and `CancellationError`.
  package func consult(
    _ role: SpecialistRole,
    _ model: PhaseModel,
    _ question: String,
    recalls: Bool = false
  ) async throws -> (answer: String, statistics: ModelStatistics) {
    let tool = tool(model)
    let specialist = ModelSpecialist(role: role, tool: tool, desk: ReadingDesk(workspace))
    let asked = SpecialistQuestion(
      query: question,
      context: try await context(of: [model]),
      history: recalls ? try thread(of: role).messages : []
    )
    let answer: String
    do throws(ModelError) {
      answer = try await specialist.answer(asked)
    } catch {
      if error == .cancelled { throw CancellationError() }
      throw RunRefusal(error)
    }
    guard answer.utf8.contains(where: { $0 > 0x20 }) else {
      throw RunRefusal(ConversationError.silent(participant: model.role))
    }
    return (answer, tool.statistics)
  }

  /// Has the first two models discuss a question; the overseer may draw in the others.
  ///
  /// Without an overseer every message passes. Throws `CancellationError`, and `RunRefusal` where the project's documents
  /// cannot be read.
  package func dialogue(
    _ models: [PhaseModel],
    overseer: PhaseModel?,
    question: String,
    turnLimit: Int,
    observe: @escaping @Sendable (DialogueTurn) -> Void
  ) async throws -> (result: DialogueResult, statistics: ConversationStatistics) {
    precondition(models.count >= 2, "it takes two for a dialogue")
    let context = try await context(of: models)
    let watching = overseer.map { tool($0) }
    let watch: any Overseer = watching.map { ModelOverseer($0) } ?? ApprovingOverseer()
    let manager = ConversationManager(models.map { tool($0) }, overseer: watch, meter: meter)
    let dialogue = ModelDialogue(
      manager: manager,
      between: models[0].role,
      and: models[1].role,
      turnLimit: turnLimit
    )
    let result = try await dialogue.run(question, context: context, observe: observe)
    var statistics = await manager.statistics
    if let watching { statistics.models[watching.model.role] = watching.statistics }
    return (result, statistics)
  }

  /// What the specialist was asked and has answered in the last run.
  private func thread(of role: SpecialistRole) throws -> ConversationThread {
    let reader = try JournalReader.open(StateFolder(ofProject: workspace.root))
    guard let reader, let run = try reader.state().run?.id else {
      throw RunRefusal(.configuration, "There was no run in this project yet, so there is nothing to recall.")
    }
    return ConversationThread(of: role, in: run, try reader.events(EventSelection(run: run, kinds: [.consultation])))
  }

  private func tool(_ model: PhaseModel) -> UnifiedModelTool {
    let retrying = RetryingModelClient(pool, patience: min(Self.patience, configuration.limits.serverPatience))
    let client = UnifiedModelClient(
      MeteredModelClient(retrying, meter: meter),
      meter: meter,
      ledger: BudgetLedger(limits: RunLimits(), spent: Spending(), clock: ContinuousClock()),
      journal: journal
    )
    return UnifiedModelTool(model: model, client: client, meter: meter)
  }

  /// The project's documents, each in a quarter of the smallest window that is left beside an answer.
  private func context(of models: [PhaseModel]) async throws -> String {
    let window = models.map { $0.numContext }.min() ?? 0
    // At the three bytes a token that are assumed of an unknown model.
    return try await ProjectContext(workspace, limit: window / 2 / 4 * 3).text
  }
}

extension SpecialistRole {
  /// Under which the role's model is configured.
  var use: ModelUse {
    switch self {
    case .coding: .coding
    case .reasoning: .reasoning
    case .analysis: .analysis
    case .interpreter: .interpreter
    }
  }
}

extension RunRefusal {
  /// Says why a conversation failed.
  package init(_ error: ConversationError) {
    switch error {
    case .model(let cause, _): self.init(cause)
    case .silent: self.init(.noProgress, "\(error)")
    case .store: self.init(.environment, "\(error)")
    case .unknownParticipant: self.init(.internalError, "\(error)")
    }
  }
}
