import Orchestration
import Pipeline

/// What of money holds for a run: its caps, and the prices that its cost is compared with.
struct MoneyTerms {
  private let configuration: Configuration
  private let limits: RunLimits
  private let candidates: [RoutingCandidate]?

  /// Takes the limits that will hold, and the router's candidates where there is one.
  init(_ configuration: Configuration, limits: RunLimits, candidates: [RoutingCandidate]?) {
    self.configuration = configuration
    self.limits = limits
    self.candidates = candidates
  }

  /// The caps by the setting that they are of, in micro-dollars.
  private var caps: [(name: String, limit: Int)] {
    [
      ("--budget-usd", limits.microdollars), ("limits.day_usd", configuration.limits.dayDollars?.microdollars),
      ("limits.project_usd", configuration.limits.projectDollars?.microdollars),
    ].compactMap { name, limit in limit.map { (name, $0) } }
  }

  /// Throws `RunRefusal` where a cap cannot hold, as the price of a model is not known.
  ///
  /// The `models` are those that will be asked in any case.
  func check(_ models: [PhaseModel]) throws(RunRefusal) {
    guard let cap = caps.first else { return }
    let amount = "the cap of \(Dollars(microdollars: cap.limit)) ('\(cap.name)')"
    let advice =
      "Give it with 'price' in 'router.models', with the model's name, or leave the cap out."
    if let model = models.first(where: { $0.price ?? .unknown == .unknown }) {
      throw RunRefusal(
        .configuration,
        "The price of '\(model.name)' on '\(model.server)' is not known, so \(amount) cannot hold. \(advice)"
      )
    }
    if let candidates, candidates.allSatisfy({ $0.profile.price == .unknown }) {
      throw RunRefusal(.configuration, "No price of the router's models is known, so \(amount) cannot hold. \(advice)")
    }
  }

  /// The price of the model that each tier would take first; nil where there is nothing to tell of money.
  func baselines(_ models: [PhaseModel]) -> [String: ModelPrice]? {
    let isPriced = models.contains { if case .known = $0.price { true } else { false } }
    guard let candidates else { return caps.isEmpty && !isPriced ? nil : [:] }
    let router = ModelRouter(configuration.router, candidates: candidates.map(\.profile))
    var prices: [String: ModelPrice] = [:]
    for tier in ModelTier.allCases { prices[tier.rawValue] = router.firstPrice(of: tier) }
    return prices
  }
}
