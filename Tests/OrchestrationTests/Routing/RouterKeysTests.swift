import Orchestration
import Pipeline
import TestSupport
import Testing

/// Every key of the router's configuration changes something.
@Suite struct RouterKeysTests {
  /// A key, another value for it, what else is set, and what is asked.
  struct Case: CustomTestStringConvertible, Sendable {
    var key: String
    var value: String
    var given: [String] = []
    var demand: RoutingDemand
    var standing = RoutingStanding()
    var testDescription: String { key }
  }

  private static func demand(
    _ type: String,
    _ context: Int = 1000,
    _ files: Int = 1,
    failures: Int = 0
  ) -> RoutingDemand {
    var demand = RoutingDemand(type: type, contextTokens: context, files: files)
    demand.outcomes.weak.failures = failures * 1000
    return demand
  }

  /// The setting that adds a model, with members beside the usual or in their place.
  private static func model(_ more: [String: String] = [:]) -> String {
    let usual = [
      "name": "'extra'", "tiers": "['weak']", "window": "99999", "price": "'free'", "capabilities": "['tools']",
      "as_of": "'2026-01-01'", "source": "'me'", "priority": "1",
    ]
    let members = usual.merging(more) { $1 }.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return "router.models=[{\(members.joined(separator: ", "))}]"
  }

  private static let failing: RoutingDemand = {
    var failing = demand("log_summary")
    failing.failures = 2
    return failing
  }()

  /// A model that would come first, and is loaded or not as the case wants it.
  private static let loaded = RoutingStanding(
    candidates: [CandidateStanding()] + Array(repeating: CandidateStanding(isResident: true), count: 30)
  )

  static let cases: [Case] = [
    Case(key: "policy", value: "seed", demand: demand("production_critical")),
    Case(key: "context_tokens", value: "[500]", demand: demand("bug_fix")),
    Case(key: "files", value: "[0]", demand: demand("bug_fix")),
    Case(key: "types", value: "{bug_fix: 9}", demand: demand("bug_fix")),
    Case(key: "other_type", value: "9", demand: demand("poetry")),
    Case(key: "type_limit", value: "1", demand: demand("bug_fix")),
    Case(key: "history_failures", value: "1", demand: demand("bug_fix", failures: 1)),
    Case(key: "history_upgrade", value: "100", demand: demand("log_summary", failures: 9)),
    Case(key: "base_from", value: "3", demand: demand("bug_fix")),
    Case(key: "strong_from", value: "4", demand: demand("code_review")),
    Case(key: "floors", value: "{bug_fix: 'strong'}", demand: demand("bug_fix")),
    Case(key: "filters", value: "false", demand: demand("bug_fix", 90_000)),
    Case(
      key: "prefer_free",
      value: "false",
      given: [model(["price": "{input: 1, output: 2}"])],
      demand: demand("bug_fix")
    ),
    Case(
      key: "free_quality",
      value: "25",
      given: [model(["quality": rubric(4)])],
      demand: demand("bug_fix")
    ),
    Case(key: "quality", value: "{weak: 25}", given: [model(["quality": rubric(4)])], demand: demand("bug_fix")),
    Case(key: "upgrades", value: "0", demand: failing),
    Case(key: "swap_time", value: "2h", given: [model()], demand: demand("bug_fix"), standing: loaded),
    Case(key: "models", value: String(model().dropFirst("router.models=".count)), demand: demand("bug_fix")),
  ]

  static func rubric(_ points: Int) -> String {
    "{correctness: \(points), completeness: \(points), specificity: \(points), context_awareness: \(points), "
      + "actionability: \(points)}"
  }

  /// What is no matter of a single choice; `RoutedRunTests` and `ConfigurationLoadTests` speak of them.
  private static let ofRuns = ["use", "config", "kinds", "history_kept", "patience"]

  @Test(arguments: cases)
  func aKeyChangesAChoice(_ test: Case) throws {
    let before = try explanation(test, [])
    let after = try explanation(test, ["router.\(test.key)=\(test.value)"])
    #expect(before.json != after.json)
  }

  @Test func noKeyIsLeftOut() {
    let keys = Configuration().entries.map(\.key).filter { $0.hasPrefix("router.") }
    #expect(Set(keys) == Set((Self.cases.map(\.key) + Self.ofRuns).map { "router.\($0)" }))
  }

  /// What a model's entry may say, each as a change of the same entry.
  @Test(arguments: [
    ("name", "'zzz'", [:]), ("server", "'default'", [:]), ("tiers", "['strong']", [:]), ("priority", "99", [:]),
    ("window", "9000", [:]), ("max_output", "100", ["window": "9000"]), ("price", "'unknown'", [:]),
    ("capabilities", "['vision']", [:]), ("quality", rubric(1), [:]), ("as_of", "'2026-02-02'", [:]),
    ("source", "'you'", [:]), ("price", "{input: 7, output: 2}", ["price": "{input: 1, output: 2}"]),
    ("price", "{input: 1, output: 7}", ["price": "{input: 1, output: 2}"]),
    ("quality", rubric(2), ["quality": rubric(3)]),
  ])
  func aMemberOfAModelChangesTheChoice(_ member: String, _ value: String, _ given: [String: String]) throws {
    let test = Case(key: "", value: "", demand: Self.demand("bug_fix"))
    let ranked = "router.prefer_free=false"
    let before = try explanation(test, [ranked, Self.model(given)])
    let after = try explanation(test, [ranked, Self.model(given.merging([member: value]) { $1 })])
    #expect(before.json != after.json)
  }

  private func explanation(_ test: Case, _ more: [String]) throws -> RouteExplanation {
    let folder = try TemporaryDirectory()
    let configuration = try Configuration.load(
      project: folder.path,
      environment: [:],
      overrides: try (test.given + more).map { try ConfigurationOverride($0) }
    )
    let router = ModelRouter(configuration.router, candidates: configuration.router.models)
    return router.explanation(of: test.demand, in: test.standing)
  }
}
