import JSON
import Orchestration
import Pipeline

/// What the choice of a model costs, with every filter on and nothing explained.
struct RoutingBenchmark {
  private static let choices = 20_000

  func measurements() -> [Measurement] {
    let settings = RoutingSettings()
    let profiles = Array(settings.models.prefix(9))
    let router = ModelRouter(settings, candidates: profiles)
    let demands = Self.demands(settings)
    let standing = RoutingStanding(
      candidates: profiles.indices.map { CandidateStanding(isResident: $0 % 3 == 0, requestsLeft: 100) },
      microdollarsLeft: 50_000_000
    )
    var found = 0
    let choosing = Self.median(demands) { if router.route($0, in: standing) != nil { found += 1 } }
    precondition(found > 0, "A router that chooses nothing measures nothing.")
    var reasons = 0
    let explaining = Self.median(demands.count > 200 ? Array(demands.prefix(200)) : demands) {
      reasons += router.explanation(of: $0, in: standing).json.count
    }
    precondition(reasons > 0, "An explanation of nothing measures nothing.")
    return [
      Measurement(
        name: "choice of a model among \(profiles.count)",
        value: choosing,
        unit: "µs",
        yardstick: ("the same choice explained", explaining),
        target: "at most 0.5 µs median"
      )
    ]
  }

  /// Every kind with several sizes and numbers of files.
  private static func demands(_ settings: RoutingSettings) -> [RoutingDemand] {
    settings.types.keys.sorted().flatMap { kind in
      [5000, 30_000, 75_000, 150_000].flatMap { context in
        [1, 7, 20].map { RoutingDemand(type: kind, contextTokens: context, files: $0) }
      }
    }
  }

  /// The median time of one call, in microseconds; a clock that is read for each would be the larger part of it.
  private static func median(_ demands: [RoutingDemand], _ body: (borrowing RoutingDemand) -> Void) -> Double {
    let rounds = max(1, choices / demands.count)
    return (0..<31).map { _ in
      let start = ContinuousClock.now
      for _ in 0..<rounds {
        for index in demands.indices { body(demands[index]) }
      }
      return (ContinuousClock.now - start) / .microseconds(1) / Double(rounds * demands.count)
    }.median
  }
}
