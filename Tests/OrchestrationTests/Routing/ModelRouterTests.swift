import Orchestration
import Pipeline
import Testing

/// What the router's own policy does beyond the reference's.
@Suite struct ModelRouterTests {
  private typealias Sample = SampleModels

  // MARK: - Tiers

  @Test(arguments: ["architecture_design", "security_review", "strategic_decision", "production_critical"])
  func criticalKindsNeverGoBelowStrong(_ kind: String) throws {
    let router = Sample.router([Sample.small, Sample.middle]) {
      // Even where the table makes them easy.
      $0.types[kind] = 1
    }
    #expect(router.course(of: Sample.demand(kind)).tier == .strong)
    #expect(router.route(Sample.demand(kind), in: RoutingStanding()) == nil)
    let all = Sample.router([Sample.small, Sample.middle, Sample.large])
    #expect(all.explanation(of: Sample.demand(kind)).model?.name == "large")
  }

  @Test func aTaskRisesATierForEachFailureAndAtMostTwo() {
    let router = Sample.router([Sample.small, Sample.middle, Sample.large])
    let tiers = (0...4).map { failures in
      var demand = Sample.demand("documentation")
      demand.failures = failures
      return router.course(of: demand).tier
    }
    #expect(tiers == [.weak, .base, .strong, .strong, .strong])
    let once = Sample.router([Sample.small, Sample.middle, Sample.large]) { $0.upgrades = 1 }
    var demand = Sample.demand("documentation")
    demand.failures = 4
    #expect(once.course(of: demand).tier == .base)
  }

  @Test func aKindThatMostlyFailsBeginsATierHigher() {
    let router = Sample.router([Sample.small, Sample.middle, Sample.large])
    func tier(_ successes: Int, _ failures: Int) -> ModelTier {
      var demand = Sample.demand("log_summary")
      demand.outcomes.weak = OutcomeCounts(successes: successes * 1000, failures: failures * 1000)
      return router.course(of: demand).tier
    }
    #expect(tier(1, 2) == .weak, "three tries teach nothing")
    #expect(tier(2, 2) == .weak)
    #expect(tier(1, 3) == .base)
    #expect(tier(10, 3) == .weak)
  }

  @Test func aTierWithoutAModelGivesWayUpwardsFirst() {
    let up = Sample.router([Sample.small, Sample.large]).explanation(of: Sample.demand("code_review"))
    #expect(up.course.tier == .base && up.tier == .strong && up.model?.name == "large")
    #expect(up.reasons.contains("fallback: no base model can take it, so a strong one does"))
    let down = Sample.router([Sample.small]).explanation(of: Sample.demand("code_review"))
    #expect(down.tier == .weak && down.model?.name == "small")
  }

  // MARK: - Filters

  /// What is wrong with the first choice, and how its refusal is told.
  static let faults: [(name: String, CandidateStanding, @Sendable (inout ModelProfile) -> Void, RouteRefusal)] = [
    ("health", CandidateStanding(isAvailable: false), { _ in }, .unavailable),
    ("failure", CandidateStanding(hasFailed: true), { _ in }, .failing),
    ("window", CandidateStanding(), { $0.window = 9191 }, .window(needed: 9192, has: 9191)),
    ("capability", CandidateStanding(), { $0.capabilities = [.vision] }, .capability(missing: .tools)),
    ("quota", CandidateStanding(requestsLeft: 0), { _ in }, .quota),
    ("price", CandidateStanding(), { $0.price = .unknown }, .price),
    (
      "budget", CandidateStanding(), { $0.price = Sample.dollars(1, 1000) },
      .budget(cost: 8_193_000, left: 1_000_000)
    ),
  ]

  @Test(arguments: faults.map(\.name))
  func whatCannotTakeTheTaskIsRefusedBeforeRanking(_ name: String) throws {
    let fault = try #require(Self.faults.first { $0.name == name })
    var first = Sample.model("first", [.weak]) { $0.priority = 1 }
    fault.2(&first)
    let router = Sample.router([first, Sample.model("second", [.weak])])
    let standing = RoutingStanding(candidates: [fault.1], microdollarsLeft: 1_000_000)
    let explanation = router.explanation(of: Sample.demand("documentation"), in: standing)
    #expect(explanation.model?.name == "second")
    #expect(explanation.refusal(of: "first") == fault.3)
    // Without filters it is only a matter of rank.
    let blind = Sample.router([first, Sample.model("second", [.weak], price: Sample.dollars(1, 1000))]) {
      $0.filters = false
      $0.prefersFree = false
    }
    #expect(blind.explanation(of: Sample.demand("documentation"), in: standing).model?.name == "first")
  }

  @Test func aFallbackPassesTheSameFilters() {
    let models = [Sample.small, Sample.model("middle", [.base], window: 5000), Sample.large]
    let standing = RoutingStanding(candidates: [CandidateStanding(isAvailable: false)])
    let explanation = Sample.router(models).explanation(of: Sample.demand("documentation"), in: standing)
    #expect(explanation.model?.name == "large")
    #expect(explanation.refusal(of: "middle") == .window(needed: 9192, has: 5000))
  }

  @Test func theWindowTakesPromptAndAnswerExactly() {
    let router = Sample.router([Sample.model("exact", [.weak, .base, .strong], window: 10_000)])
    func fits(_ context: Int, _ output: Int) -> Bool {
      var demand = Sample.demand("documentation", context: context)
      demand.reservedOutput = output
      return router.route(demand, in: RoutingStanding()) != nil
    }
    #expect(fits(6000, 4000))
    #expect(!fits(6001, 4000))
    #expect(!fits(.max, 4000))
  }

  @Test func anAnswerIsNotReservedLongerThanTheModelWrites() {
    let model = Sample.model("brief", [.weak], window: 10_000) { $0.maxOutput = 1000 }
    let router = Sample.router([model])
    #expect(router.route(Sample.demand("documentation", context: 9000), in: RoutingStanding()) != nil)
    #expect(router.route(Sample.demand("documentation", context: 9001), in: RoutingStanding()) == nil)
  }

  @Test func aModelBelowTheQualityOfItsTierIsRefused() {
    func judged(_ name: String, _ points: Int, price: ModelPrice = .free) -> ModelProfile {
      Sample.model(name, [.base], price: price) { $0.quality = rubric(points) }
    }
    let router = Sample.router([judged("poor", 17), judged("fair", 18, price: Sample.dollars(1, 1))])
    let explanation = router.explanation(of: Sample.demand("code_review"))
    #expect(explanation.model?.name == "fair")
    #expect(explanation.refusal(of: "poor") == .quality(has: 17, floor: 18))
  }

  /// A rubric of so many points in all.
  private func rubric(_ total: Int) -> QualityRubric {
    var rubric = QualityRubric()
    var left = total - 5
    for criterion in [
      \QualityRubric.correctness, \.completeness, \.specificity, \.contextAwareness, \.actionability,
    ] {
      rubric[keyPath: criterion] += min(left, 4)
      left -= min(left, 4)
    }
    return rubric
  }

  // MARK: - Rank

  @Test func freeModelsComeFirstOnlyFromTheQualityThresholdOn() {
    func first(free quality: Int?, prefersFree: Bool = true) -> String? {
      let free = Sample.model("free", [.weak]) {
        $0.quality = quality.map(rubric)
        $0.priority = 60
      }
      let paid = Sample.model("paid", [.weak], price: Sample.dollars(1, 5))
      let router = Sample.router([paid, free]) { $0.prefersFree = prefersFree }
      return router.explanation(of: Sample.demand("documentation")).model?.name
    }
    #expect(first(free: nil) == "free")
    #expect(first(free: 18) == "free")
    #expect(first(free: 17) == "paid")
    #expect(first(free: 18, prefersFree: false) == "paid")
  }

  @Test func rankIsByPriorityThenPriceThenSpeedThenName() {
    let models = [
      Sample.model("b", [.weak], price: Sample.dollars(1, 1)),
      Sample.model("a", [.weak], price: Sample.dollars(1, 1)),
      Sample.model("fast", [.weak], price: Sample.dollars(1, 1)) { $0.decodeRate = 100 },
      Sample.model("cheap", [.weak], price: Sample.dollars(0, 1)),
      Sample.model("secret", [.weak], price: .unknown),
      Sample.model("favourite", [.weak], price: Sample.dollars(9, 9)) { $0.priority = 1 },
    ]
    var left = models
    var order: [String] = []
    while let model = Sample.router(left).explanation(of: Sample.demand("documentation")).model {
      order.append(model.name)
      left.removeAll { $0.name == model.name }
    }
    #expect(order == ["favourite", "cheap", "fast", "a", "b", "secret"])
  }

  @Test func aLoadedModelIsPreferredWhereThatSavesALongSwap() {
    func chosen(load: Duration?, isFirstLoaded: Bool = false, price: ModelPrice = .free) -> String? {
      let first = Sample.model("first", [.weak]) {
        $0.loadTime = load
        $0.priority = 1
      }
      let loaded = Sample.model("loaded", [.weak], price: price)
      let standing = RoutingStanding(
        candidates: [CandidateStanding(isResident: isFirstLoaded), CandidateStanding(isResident: true)]
      )
      return Sample.router([first, loaded]).explanation(of: Sample.demand("documentation"), in: standing).model?.name
    }
    #expect(chosen(load: .seconds(1)) == "loaded")
    #expect(chosen(load: nil) == "loaded")
    #expect(chosen(load: .milliseconds(999)) == "first")
    #expect(chosen(load: .seconds(9), isFirstLoaded: true) == "first")
    #expect(chosen(load: .seconds(9), price: Sample.dollars(1, 1)) == "first", "a swap is no reason to spend money")
  }

  @Test func namesEveryCandidateThatWasNotTaken() {
    let models = [
      Sample.small, Sample.model("other", [.weak]), Sample.middle, Sample.model("tiny", [.weak], window: 10),
    ]
    let explanation = Sample.router(models).explanation(of: Sample.demand("documentation"))
    #expect(explanation.model?.name == "other")
    #expect(explanation.refused.count == 3)
    #expect(explanation.refusal(of: "small") == .outranked)
    #expect(explanation.refusal(of: "middle") == .tier([.base]))
    #expect(explanation.refusal(of: "tiny") == .window(needed: 9192, has: 10))
  }

  @Test func aChoiceDependsOnNothingButWhatIsGiven() {
    let models = [Sample.small, Sample.middle, Sample.large, Sample.model("other", [.weak, .base])]
    for kind in RoutingSettings().types.keys.sorted() {
      let routes = (0..<5).map { _ in
        Sample.router(models).route(Sample.demand(kind), in: RoutingStanding())
      }
      #expect(routes.allSatisfy { $0 == routes[0] })
      let shuffled = Sample.router(models.reversed()).explanation(of: Sample.demand(kind)).model?.name
      #expect(shuffled == Sample.router(models).explanation(of: Sample.demand(kind)).model?.name)
    }
  }
}
