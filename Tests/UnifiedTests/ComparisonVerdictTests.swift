import Pipeline
import Testing
import Unified

@Suite struct ComparisonVerdictTests {
  /// A run with this many tasks done, for so many tokens.
  private static func run(_ outcome: RunOutcome?, done: Int = 3, checks: Int = 1, tokens: Int = 1000) -> RunMeasures {
    var measures = RunMeasures()
    measures.outcome = outcome
    measures.tasks = ["done": done]
    measures.checksPassed = checks
    var use = RunMeasures.ModelUse(model: "m", role: "coding")
    use.promptTokens = tokens
    measures.models = [use]
    return measures
  }

  private static func pair(_ traditional: RunMeasures, _ orchestrated: RunMeasures) -> ComparisonPair {
    ComparisonPair(traditional: traditional, orchestrated: orchestrated)
  }

  private static let same = pair(run(.complete), run(.complete))
  private static let better = pair(run(.partial, done: 2), run(.complete))
  private static let worse = pair(run(.complete), run(.partial, done: 1))

  private static func cost(_ tokens: Int) -> ComparisonPair { pair(run(.complete), run(.complete, tokens: tokens)) }

  @Test(
    arguments: [
      ([same, same], .notEnough),
      ([same, same, same], .noDifference),
      ([better, better, better], .better),
      ([better, better, same], .better),
      ([worse, worse, worse], .worse),
      ([worse, worse, same, same], .worse),
      ([better, same, same], .notEnough),
      ([better, better, better, worse], .notEnough),
      ([cost(2000), cost(1400), cost(1300)], .worse),
      ([cost(500), cost(600), cost(700)], .better),
      ([cost(1100), cost(1200), cost(1240)], .noDifference),
      ([cost(900), cost(1400), cost(1500)], .notEnough),
      ([cost(500), cost(600), cost(1100)], .notEnough),
      ([cost(500), cost(600), better], .notEnough),
    ] as [([ComparisonPair], ComparisonVerdict.Word)]
  )
  func judgesByItsRule(pairs: [ComparisonPair], expected: ComparisonVerdict.Word) {
    let verdict = ComparisonVerdict(pairs)
    #expect(verdict.word == expected, "\(verdict.reasons)")
    #expect(!verdict.reasons.isEmpty)
  }

  @Test(arguments: [
    RunOutcome.unavailable, .environment, .conflict, .configuration, .internalError, .interrupted, nil,
  ])
  func aRunThatCouldNotComeToItsEndSaysNothing(outcome: RunOutcome?) {
    let broken = Self.pair(Self.run(.complete), Self.run(outcome, done: 0))
    #expect(ComparisonVerdict([broken, broken, broken]).word == .notEnough)
    let verdict = ComparisonVerdict([broken, Self.same, Self.same, Self.same])
    #expect(verdict.word == .noDifference)
    #expect(verdict.reasons.first?.hasPrefix("1 of 4 pairs say nothing") == true)
  }

  @Test func anEndIsJudgedByOutcomeThenTasksThenChecks() {
    #expect(Self.pair(Self.run(.partial, done: 3), Self.run(.complete, done: 1)).quality == .better)
    #expect(Self.pair(Self.run(.partial, done: 3), Self.run(.partial, done: 2)).quality == .worse)
    #expect(Self.pair(Self.run(.partial, checks: 1), Self.run(.partial, checks: 2)).quality == .better)
    #expect(Self.pair(Self.run(.needsUser), Self.run(.budget)).quality == .same)
  }

  @Test func whatCostsNothingKnownIsNotCalledCheaper() {
    var unknown = Self.run(.complete)
    unknown.models = []
    let verdict = ComparisonVerdict(Array(repeating: Self.pair(Self.run(.complete), unknown), count: 3))
    #expect(verdict.word == .noDifference)
    #expect(verdict.reasons.last == "What the runs cost in tokens is not known of all.")
  }
}
