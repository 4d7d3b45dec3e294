import Orchestration
import Pipeline
import Testing

/// The policy `seed` against the reference's own rules and totals, over its whole grid and at every bound.
@Suite struct SeedPolicyTests {
  static let router = ModelRouter(.table(of: .seed), candidates: RoutingSettings.table(of: .seed).models)

  /// The kinds of task by the points that count of them; what is above 4 counts 4.
  static let kinds: [(points: Int, kinds: [String])] = [
    (1, ["log_summary", "file_scan", "syntax_check", "data_extraction"]),
    (2, ["documentation"]),
    (3, ["code_implementation", "refactoring", "bug_fix"]),
    (
      4,
      [
        "test_writing", "code_review", "api_integration", "debugging_complex", "performance_optimization", "planning",
        "architecture_design", "security_review", "strategic_decision", "production_critical",
      ]
    ),
  ]

  /// Scores by points of the kind: a row for each context band, a column for each number of files.
  static let scores: [Int: [[Int]]] = [
    1: [[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]],
    2: [[2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7]],
    3: [[3, 4, 5], [4, 5, 6], [5, 6, 7], [6, 7, 8]],
    4: [[4, 5, 6], [5, 6, 7], [6, 7, 8], [7, 8, 9]],
  ]

  /// Models by points of the kind: `g`pt-oss, gemini-`p`ro, `o`pus.
  static let models: [Int: [String]] = [
    1: ["ggg", "ggp", "gpp", "ppp"],
    2: ["ggp", "gpp", "ppp", "ppp"],
    3: ["gpp", "ppp", "ppp", "ppo"],
    4: ["ppp", "ppp", "ppo", "poo"],
  ]

  static let names: [Character: (model: String, tier: ModelTier)] = [
    "g": ("gpt-oss:120b-cloud", .weak), "p": ("gemini-2.5-pro", .base), "o": ("claude-opus-4", .strong),
  ]

  @Test func agreesWithTheReferenceOnAll216Points() throws {
    var totals: [String: Int] = [:]
    for (points, kinds) in Self.kinds {
      for kind in kinds {
        for (row, context) in [5000, 30_000, 75_000, 150_000].enumerated() {
          for (column, files) in [1, 7, 20].enumerated() {
            let explanation = Self.router.explanation(
              of: RoutingDemand(type: kind, contextTokens: context, files: files)
            )
            let letter = try #require(Self.models[points]?[row]).dropFirst(column).first
            let expected = try #require(letter.flatMap { Self.names[$0] })
            #expect(
              explanation.course.complexity.score == Self.scores[points]?[row][column],
              "\(kind) \(context) \(files)"
            )
            #expect(explanation.model?.name == expected.model, "\(kind) \(context) \(files)")
            #expect(explanation.tier == expected.tier)
            totals[explanation.model?.name ?? "", default: 0] += 1
          }
        }
      }
    }
    #expect(totals == ["gpt-oss:120b-cloud": 30, "gemini-2.5-pro": 153, "claude-opus-4": 33])
  }

  @Test(arguments: [
    (0, 0), (10_000, 0), (10_001, 1), (50_000, 1), (50_001, 2), (100_000, 2), (100_001, 3), (10_000_000, 3),
  ])
  func contextCountsAboveItsBounds(_ tokens: Int, _ points: Int) {
    let demand = RoutingDemand(type: "planning", contextTokens: tokens, files: 0)
    #expect(Self.router.course(of: demand).complexity.context == points)
  }

  @Test(arguments: [(0, 0), (3, 0), (4, 1), (10, 1), (11, 2), (1000, 2)])
  func filesCountAboveTheirBounds(_ files: Int, _ points: Int) {
    let demand = RoutingDemand(type: "planning", contextTokens: 0, files: files)
    #expect(Self.router.course(of: demand).complexity.files == points)
  }

  @Test(arguments: [(0, 0), (1999, 0), (2000, 1), (9000, 1)])
  func historyCountsFromTwoFailuresOnWeakModelsOn(_ thousandths: Int, _ points: Int) {
    var demand = RoutingDemand(type: "documentation", contextTokens: 0, files: 0)
    demand.outcomes.weak.failures = thousandths
    // Failures elsewhere are another matter.
    demand.outcomes.base.failures = 3000
    #expect(Self.router.course(of: demand).complexity.history == points)
    #expect(Self.router.course(of: demand).complexity.score == 2 + points)
  }

  @Test func anUnknownKindCountsThree() {
    let course = Self.router.course(of: RoutingDemand(type: "poetry", contextTokens: 0, files: 0))
    #expect(course.complexity == TaskComplexity(context: 0, type: 3, files: 0, history: 0))
    #expect(course.tier == .weak)
  }

  @Test func theScoreNeverExceedsTen() {
    var demand = RoutingDemand(type: "production_critical", contextTokens: 1_000_000, files: 100)
    demand.outcomes.weak.failures = 5000
    #expect(Self.router.course(of: demand).complexity.score == 10)
  }

  /// The tier's bounds, by a kind of 4 points with more and more context and files.
  @Test(arguments: [(3, ModelTier.weak), (4, .base), (7, .base), (8, .strong)])
  func tiersBeginAtTheirScores(_ score: Int, _ tier: ModelTier) {
    let demands = Self.kinds.flatMap(\.kinds).flatMap { kind in
      [5000, 30_000, 75_000, 150_000].flatMap { context in
        [1, 7, 20].map { RoutingDemand(type: kind, contextTokens: context, files: $0) }
      }
    }
    let courses = demands.map { Self.router.course(of: $0) }.filter { $0.complexity.score == score }
    #expect(!courses.isEmpty && courses.allSatisfy { $0.tier == tier })
  }

  @Test func nothingIsCheckedBeforeRanking() {
    let demand = RoutingDemand(type: "production_critical", contextTokens: 500_000, files: 20)
    #expect(Self.router.explanation(of: demand).model?.name == "claude-opus-4")
  }
}
