package import Pipeline
import Wording

/// A choice of the router in words: why this model, and why none of the others.
package struct RouteExplanation: Sendable {
  /// A candidate that was not taken.
  package struct Refused: Hashable, Sendable {
    package var candidate: Int
    package var refusal: RouteRefusal
  }

  package let course: RouteCourse
  /// Nil where no candidate can take the task.
  package let route: Route?
  package let refused: [Refused]
  private let demand: RoutingDemand
  let profiles: [ModelProfile]
  /// The kinds that the table knows.
  private let kinds: [String]

  init(
    course: RouteCourse,
    route: Route?,
    refused: [Refused],
    demand: RoutingDemand,
    profiles: [ModelProfile],
    kinds: [String]
  ) {
    self.course = course
    self.route = route
    self.refused = refused
    self.demand = demand
    self.profiles = profiles
    self.kinds = kinds
  }

  package var model: ModelProfile? { route.map { profiles[$0.candidate] } }
  package var kind: String { demand.type }
  package var tier: ModelTier { route?.tier ?? course.tier }

  /// Why the task goes where it goes, one reason each.
  package var reasons: [String] {
    let points = course.complexity
    var reasons = [
      "context \(points.context): \(demand.contextTokens) tokens",
      "type \(points.type): \(demand.type)\(unknownKind)",
      "files \(points.files): \(demand.files)",
      "history \(points.history): \(Self.times(demand.outcomes.weak.failures)) a task of the kind failed on weak models",
      "score \(points.score): \(course.scored.rawValue)",
    ]
    if course.floor > course.scored {
      reasons.append("floor: a task of this kind is never below \(course.floor.rawValue)")
    }
    if course.learned > 0 { reasons.append("raised \(course.learned): most tries of this kind failed below") }
    if course.raised > 0 {
      reasons.append(
        "raised \(course.raised): this task has failed \(demand.failures) \(demand.failures == 1 ? "time" : "times")"
      )
    }
    guard let route, let model else { return reasons + ["no model can take it"] }
    if route.tier != course.tier {
      reasons.append("fallback: no \(course.tier.rawValue) model can take it, so a \(route.tier.rawValue) one does")
    }
    if route.savesSwap { reasons.append("resident: '\(title(of: model))' is loaded, so nothing has to be swapped") }
    if let server = model.server { reasons.append("server: \(server)") }
    reasons.append("price: \(Self.words(model.price)), as of \(model.asOf) (\(model.source))")
    return reasons
  }

  /// Why a candidate was not taken.
  package func words(_ refused: Refused) -> String {
    switch refused.refusal {
    case .tier(let tiers): "its tier is \(tiers.map(\.rawValue).joined(separator: " or ")), not \(tier.rawValue)"
    case .unavailable: "its server does not answer"
    case .failing: "its last call came to nothing"
    case .capability(let missing): "it cannot do \(missing.names.joined(separator: ", "))"
    case .window(let needed, let has): "its window of \(has) tokens is smaller than prompt and answer, \(needed)"
    case .price: "its price is not known, and spending is capped"
    case .budget(let cost, let left):
      "it may cost \(Dollars(microdollars: cost)), and \(Dollars(microdollars: left)) is left"
    case .quota: "its requests of the day are used up"
    case .quality(let has, let floor): "its quality is \(has) of 25, below \(floor)"
    case .outranked: "'\(model.map { title(of: $0) } ?? "")' comes first"
    }
  }

  /// The name of a model, with its server where another has a model of that name too.
  package func title(of model: ModelProfile) -> String {
    let isOne = profiles.count { $0.name == model.name } < 2
    return isOne ? model.name : model.name + (model.server.map { " on \($0)" } ?? "")
  }

  /// What is to be said of a kind that the table does not know.
  private var unknownKind: String {
    // No row of the table has told what kind it is.
    guard demand.type != "other", !kinds.contains(demand.type) else { return "" }
    return ", no kind of 'router.types', so one like any other.\(suggestion(for: demand.type, in: kinds))"
  }

  private static func words(_ price: ModelPrice) -> String {
    switch price {
    case .free: "free"
    case .unknown: "unknown"
    case .known(let rates):
      "\(Dollars(microdollars: rates.input)) in, \(Dollars(microdollars: rates.output)) out for a million tokens"
    }
  }

  private static func times(_ thousandths: Int) -> String {
    if thousandths == OutcomeCounts.one { return "1 time" }
    return thousandths % OutcomeCounts.one == 0
      ? "\(thousandths / OutcomeCounts.one) times" : "\(Double(thousandths / 100) / 10) times"
  }
}

extension RouteRefusal {
  /// The reason in one word, for programs.
  package var word: String {
    switch self {
    case .tier: "tier"
    case .unavailable, .failing: "health"
    case .capability: "capability"
    case .window: "window"
    case .price: "price"
    case .budget: "budget"
    case .quota: "quota"
    case .quality: "quality"
    case .outranked: "rank"
    }
  }
}

extension ModelRouter {
  /// The choice for a task, with what was against every other candidate.
  package func explanation(
    of demand: RoutingDemand,
    in standing: RoutingStanding = RoutingStanding()
  ) -> RouteExplanation {
    let course = course(of: demand)
    let route = route(demand, in: standing)
    let tier = route?.tier ?? course.tier
    let refused = candidates.indices.filter { $0 != route?.candidate }.map { candidate in
      let isOfTier = candidates[candidate].tiers.contains(tier)
      // What it lacks says more than that it is of another tier.
      let refusal = refusal(of: candidate, for: demand, in: standing, tier)
      return RouteExplanation.Refused(
        candidate: candidate,
        refusal: refusal ?? (isOfTier ? .outranked : .tier(candidates[candidate].tiers))
      )
    }
    return RouteExplanation(
      course: course,
      route: route,
      refused: refused,
      demand: demand,
      profiles: candidates,
      kinds: kinds
    )
  }
}
