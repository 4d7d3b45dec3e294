package import Pipeline

/// Sends each task to the cheapest model that can do it.
///
/// The tier comes from a table: the score of the task, the floor of its kind, and how this task and others like it have
/// failed. Models that cannot take the task are refused before the others are ranked. A choice depends on nothing but
/// what is given, and makes no text; `explanation(of:in:)` says the same in words.
package struct ModelRouter: Sendable {
  package let candidates: [ModelProfile]
  /// The kinds of task that the table knows.
  let kinds: [String]
  private let complexity: ComplexityTable
  let table: RoutingTable
  private let baseFrom: Int
  private let strongFrom: Int
  private let filters: Bool
  private let upgrades: Int
  private let historyUpgrade: Int
  /// In milliseconds.
  private let swapTime: Int

  /// Takes the models that there are.
  package init(_ settings: RoutingSettings, candidates: [ModelProfile]) {
    self.candidates = candidates
    kinds = settings.types.keys.sorted()
    complexity = ComplexityTable(settings)
    table = RoutingTable(settings, candidates)
    baseFrom = settings.baseFrom
    strongFrom = settings.strongFrom
    filters = settings.filters
    upgrades = settings.upgrades
    historyUpgrade = settings.historyUpgrade
    swapTime = Int(settings.swapTime / .milliseconds(1))
  }

  /// The tier that a task belongs to.
  package func course(of demand: borrowing RoutingDemand) -> RouteCourse {
    let (complexity, floor) = complexity.judge(demand)
    let score = complexity.score
    let scored: ModelTier = score >= strongFrom ? .strong : score >= baseFrom ? .base : .weak
    var tier = max(scored, floor)
    var learned = 0
    while tier < .strong, learned < upgrades, failsMostly(demand.outcomes[tier]) {
      learned += 1
      tier = tier.raised(by: 1)
    }
    let raised = min(demand.failures, upgrades - learned, ModelTier.strong.rank - tier.rank)
    return RouteCourse(
      complexity: complexity,
      scored: scored,
      floor: floor,
      learned: learned,
      raised: raised,
      tier: tier.raised(by: raised)
    )
  }

  /// The model for a task, or nil where none can take it.
  ///
  /// Where the task's tier has none, the next better ones are looked at, and then the lesser ones down to the floor of
  /// its kind.
  package func route(_ demand: borrowing RoutingDemand, in standing: borrowing RoutingStanding) -> Route? {
    let course = course(of: demand)
    if let route = route(demand, in: standing, tier: course.tier, course) { return route }
    var tier = course.tier
    while tier < .strong {
      tier = tier.raised(by: 1)
      if let route = route(demand, in: standing, tier: tier, course) { return route }
    }
    tier = course.tier
    while tier > course.floor {
      tier = tier.raised(by: -1)
      if let route = route(demand, in: standing, tier: tier, course) { return route }
    }
    return nil
  }

  private func route(
    _ demand: borrowing RoutingDemand,
    in standing: borrowing RoutingStanding,
    tier: ModelTier,
    _ course: RouteCourse
  ) -> Route? {
    let order = table.orders[tier.rank]
    for (position, candidate) in order.enumerated() where refusal(of: candidate, for: demand, in: standing, tier) == nil
    {
      let resident = resident(order, after: position, for: demand, in: standing, tier)
      return Route(candidate: resident ?? candidate, tier: tier, course: course, savesSwap: resident != nil)
    }
    return nil
  }

  /// A candidate that is loaded, where the first choice is not and would take long to load.
  ///
  /// It costs no more money: only among models that cost nothing one is swapped for another.
  private func resident(
    _ order: [Int],
    after position: Int,
    for demand: borrowing RoutingDemand,
    in standing: borrowing RoutingStanding,
    _ tier: ModelTier
  ) -> Int? {
    let first = table.entries[order[position]]
    guard filters, first.isFree, first.loadTime >= swapTime, !standing[order[position]].isResident else { return nil }
    return order[(position + 1)...].first { candidate in
      table.entries[candidate].isFree && standing[candidate].isResident
        && refusal(of: candidate, for: demand, in: standing, tier) == nil
    }
  }

  /// Why a candidate of the tier cannot take the task; nil where it can.
  func refusal(
    of candidate: Int,
    for demand: borrowing RoutingDemand,
    in standing: borrowing RoutingStanding,
    _ tier: ModelTier
  ) -> RouteRefusal? {
    guard filters else { return nil }
    let entry = table.entries[candidate]
    let stands = standing[candidate]
    guard stands.isAvailable else { return .unavailable }
    guard !stands.hasFailed else { return .failing }
    guard entry.capabilities.isSuperset(of: demand.needs) else {
      return .capability(missing: demand.needs.subtracting(entry.capabilities))
    }
    let output = min(demand.reservedOutput, entry.maxOutput)
    let (needed, isTooLarge) = demand.contextTokens.addingReportingOverflow(output)
    guard !isTooLarge, needed <= entry.window else {
      return .window(needed: isTooLarge ? .max : needed, has: entry.window)
    }
    if let left = standing.microdollarsLeft {
      guard let cost = entry.price.cost(promptTokens: demand.contextTokens, outputTokens: output) else { return .price }
      guard cost <= left else { return .budget(cost: cost, left: left) }
    }
    if let left = stands.requestsLeft, left <= 0 { return .quota }
    guard table.isGood[tier.rank][candidate] else {
      return .quality(has: candidates[candidate].quality?.total ?? 0, floor: table.floors[tier.rank])
    }
    return nil
  }

  /// The price of the model that a tier takes first among those that cost money; nil where none does.
  package func firstPrice(of tier: ModelTier) -> ModelPrice? {
    table.orders[tier.rank].lazy.map { self.table.entries[$0].price }.first {
      if case .known = $0 { true } else { false }
    }
  }

  /// Fewer tries than this teach nothing.
  private static let leastTries = 4 * OutcomeCounts.one

  private func failsMostly(_ counts: OutcomeCounts) -> Bool {
    let tries = counts.successes + counts.failures
    return tries >= Self.leastTries && counts.failures * 100 > historyUpgrade * tries
  }
}
