package import Pipeline
import SourceControl

/// Chooses the model of each step by the router, from the models that the servers have.
package struct RoutedModels: ModelSelector {
  private let candidates: [RoutingCandidate]
  private let router: ModelRouter
  private let settings: RoutingSettings
  /// The role that each phase's model plays, by which servers and tests know it.
  private let roles: [PhaseName: String]
  private let watch: any ServerWatching
  private let money: MoneyAccount
  private let journal: Journal?
  private let day: String?

  /// Takes the account of which the choice must leave something, the journal whose record has the order in which steps
  /// look at it, and the day whose requests count.
  package init(
    _ settings: RoutingSettings,
    candidates: [RoutingCandidate],
    roles: [PhaseName: String],
    watch: any ServerWatching,
    money: MoneyAccount,
    journal: Journal? = nil,
    day: String?
  ) {
    self.settings = settings
    self.candidates = candidates
    router = ModelRouter(settings, candidates: candidates.map(\.profile))
    self.roles = roles
    self.watch = watch
    self.money = money
    self.journal = journal
    self.day = day
  }

  package func selection(for demand: StepDemand) async throws -> ModelSelection {
    // A step that goes on does so with the model that it began with.
    if let route = demand.step.route, candidates.contains(where: { $0.model.place == route.model.place }) {
      return ModelSelection(route.model, replacement: replacement(of: route.model, demand))
    }
    let task = try routingDemand(for: demand)
    let servers = try await watch.standing()
    var standing = try await settledStanding(servers, demand, task)
    // A server that is away for the moment is waited for as long as any, and then a model that gave no answer.
    if router.route(task, in: standing) == nil { standing.waitForServers() }
    if router.route(task, in: standing) == nil { standing.waitForModels() }
    var explanation = explanation(of: task, in: standing)
    if isStuck(explanation) {
      standing.waitForModels()
      explanation = self.explanation(of: task, in: standing)
    }
    guard let route = explanation.route, !isStuck(explanation) else { throw stop(explanation) }
    return selection(route, explanation, demand)
  }

  package func successor(for demand: StepDemand) async throws -> ModelSelection? {
    let task = try routingDemand(for: demand)
    let servers = try await watch.standing()
    let explanation = explanation(of: task, in: try await settledStanding(servers, demand, task))
    guard let route = explanation.route, !isStuck(explanation),
      // A policy without filters takes whatever comes first.
      !demand.failed.contains(candidates[route.candidate].model.place)
    else { return nil }
    return selection(route, explanation, demand)
  }

  private func selection(_ route: Route, _ explanation: RouteExplanation, _ demand: StepDemand) -> ModelSelection {
    var model = candidates[route.candidate].model
    model.role = roles[demand.phase] ?? ""
    return ModelSelection(
      model,
      route: event(explanation, demand, model),
      replacement: replacement(of: model, demand)
    )
  }

  /// The choice, if need be with an answer that is cut to what is left, as long as that is enough for one.
  private func explanation(of task: RoutingDemand, in standing: RoutingStanding) -> RouteExplanation {
    let explanation = router.explanation(of: task, in: standing)
    guard explanation.route == nil, explanation.isRefusedForMoney else { return explanation }
    var task = task
    task.reservedOutput = min(task.reservedOutput, BudgetLedger.leastAnswer)
    return router.explanation(of: task, in: standing)
  }

  /// Whether a task that a lesser model has failed with waits for money rather than fail with it again.
  private func isStuck(_ explanation: RouteExplanation) -> Bool {
    guard let route = explanation.route else { return false }
    let isLesser = explanation.course.raised > 0 && route.tier < explanation.course.tier
    return isLesser && explanation.isRefusedForMoney
  }

  /// When a step's model gives way: as far as is known without asking the servers, there must be another.
  private func replacement(of model: PhaseModel, _ demand: StepDemand) -> ModelReplacement {
    ModelReplacement(of: model.place, patience: settings.patience) { error in
      guard let task = try? routingDemand(for: demand) else { return false }
      let isServer = error.isOfServer
      var standing = standing(ServerStanding(), demand)
      for (index, candidate) in candidates.enumerated() {
        let isOut = candidate.model.place == model.place || isServer && candidate.model.server == model.server
        if isOut { standing.candidates[index].hasFailed = true }
      }
      standing.microdollarsLeft = money.unspent
      let explanation = explanation(of: task, in: standing)
      guard let route = explanation.route, !isStuck(explanation) else { return false }
      return candidates[route.candidate].model.place != model.place
    }
  }

  // MARK: - What is asked

  private func routingDemand(for demand: StepDemand) throws -> RoutingDemand {
    let kind = kind(of: demand)
    let output = candidates.map(\.model.numPredict).max() ?? 0
    let bytes = try demand.promptBytes()
    let estimate = candidates.map { demand.estimator.tokens(inBytes: bytes, for: $0.model.name) }.max() ?? 0
    let counted = Int(Double(estimate) * PromptSize.margin)
    // What no window takes is made shorter for the largest.
    let largest = candidates.map { $0.profile.window - min(output, $0.profile.maxOutput ?? .max) }.max() ?? 0
    return RoutingDemand(
      type: kind,
      contextTokens: min(counted, max(0, largest)),
      files: demand.files.count,
      reservedOutput: output,
      outcomes: demand.state.outcomes[kind] ?? TierOutcomes(),
      failures: failures(of: demand)
    )
  }

  /// The first row of the table that applies.
  private func kind(of demand: StepDemand) -> String {
    settings.kinds.first { $0.applies(to: demand.phase, demand.files) }?.kind ?? "other"
  }

  /// How often the model of this very step has failed.
  private func failures(of demand: StepDemand) -> Int {
    let counters = demand.task.flatMap { demand.state.counters[$0.id] }
    return switch demand.phase {
    case .planning: demand.state.planningTries
    case .coding, .debugging: counters?.failedWork ?? 0
    case .qa: counters?.failedReviews ?? 0
    case .documentation: 0
    }
  }

  /// How the candidates stand once no choice depends on what calls under way may give back.
  private func settledStanding(
    _ servers: ServerStanding,
    _ demand: StepDemand,
    _ task: RoutingDemand
  ) async throws -> RoutingStanding {
    try await money.retrying(journal) {
      let standing = standing(servers, demand)
      var hopeful = standing
      hopeful.microdollarsLeft = money.unspent
      return router.route(task, in: standing) == router.route(task, in: hopeful) ? standing : nil
    }
  }

  private func standing(_ servers: ServerStanding, _ demand: StepDemand) -> RoutingStanding {
    let standings = candidates.map { candidate in
      let place = candidate.model.place
      return CandidateStanding(
        isAvailable: !servers.silent.contains(candidate.model.server),
        hasFailed: demand.failed.contains(place) || servers.failing?.contains(place) == true,
        isResident: servers.resident.contains(place),
        requestsLeft: candidate.profile.dailyRequests.map { limit in
          limit - (day.map { demand.state.money.calls(of: place, on: $0) } ?? 0)
        }
      )
    }
    return RoutingStanding(candidates: standings, microdollarsLeft: money.left)
  }

  // MARK: - What is answered

  private func event(_ explanation: RouteExplanation, _ demand: StepDemand, _ model: PhaseModel) -> RouteEvent {
    let course = explanation.course
    let points = course.complexity
    return RouteEvent(
      step: demand.step.number,
      task: demand.task?.id,
      kind: kind(of: demand),
      model: model.place,
      tier: explanation.tier,
      score: points.score,
      factors: [
        "context": points.context, "type": points.type, "files": points.files, "history": points.history,
      ],
      upgrades: course.learned + course.raised,
      reasons: explanation.reasons,
      refused: explanation.refused.map { refused in
        RouteEvent.Refused(
          model: candidates[refused.candidate].model.place,
          reason: refused.refusal.word,
          why: explanation.words(refused)
        )
      },
      cheaper: cheaper(than: model),
      files: (demand.task?.targets ?? []).sorted().map(\.description)
    )
  }

  /// The candidates that cost less: by their prices, and of one price by what they can do.
  private func cheaper(than model: PhaseModel) -> [String] {
    func order(_ candidate: RoutingCandidate) -> (Int, Int, String) {
      (candidate.profile.price.order, candidate.profile.tiers.map(\.rank).min() ?? 0, candidate.model.place)
    }
    guard let own = candidates.first(where: { $0.model.place == model.place }) else { return [] }
    let (price, tier, _) = order(own)
    return candidates.map(order).filter { $0.0 != ModelPrice.unknown.order && ($0.0, $0.1) < (price, tier) }
      .sorted(by: <).map(\.2)
  }

  private func stop(_ explanation: RouteExplanation) -> StepStop {
    if explanation.isRefusedForMoney, let cap = money.levels.min(by: { $0.limit - $0.spent < $1.limit - $1.spent }) {
      return .budget(BudgetExhausted(kind: cap.kind, spent: Double(cap.spent), limit: Double(cap.limit)))
    }
    let reasons = explanation.refused.map { refused in
      "'\(candidates[refused.candidate].model.place)': \(explanation.words(refused))"
    }
    return .configuration(
      "No model can take a \(explanation.tier.rawValue) task of kind '\(explanation.kind)'. "
        + "\(reasons.joined(separator: "; ")). Get one that can, or change 'router.floors'."
    )
  }
}

extension RoutingStanding {
  /// Takes those for well whose server does not answer.
  fileprivate mutating func waitForServers() {
    for index in candidates.indices { candidates[index].isAvailable = true }
  }

  /// Takes those for well that gave no answer.
  fileprivate mutating func waitForModels() {
    for index in candidates.indices { candidates[index].hasFailed = false }
  }
}

extension ModelError {
  /// Whether no other model on the server would answer either.
  fileprivate var isOfServer: Bool {
    switch self {
    case .transport, .unusable, .timeout(.connect, _, _): true
    default: false
    }
  }
}

extension RouteExplanation {
  /// Whether a model was refused for what it may cost.
  fileprivate var isRefusedForMoney: Bool {
    refused.contains { if case .budget = $0.refusal { true } else { false } }
  }
}

extension StepDemand {
  /// The files that the step is about.
  fileprivate var files: [ProjectPath] { task?.reviewedPaths ?? [] }
}
