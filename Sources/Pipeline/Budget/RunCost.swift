/// What a run has cost, for its end.
package struct RunCost: Hashable, Codable, Sendable {
  /// What is known of it, in micro-dollars.
  package var microdollars: Int
  /// Calls whose price is not known, and which are in no sum; nil for none.
  package var unpricedCalls: Int?
  /// Tasks that were accepted in the run.
  package var accepted: Int
  /// What an accepted task has cost, rounded up; nil where none was accepted or a price is not known.
  package var perTask: Int?
  /// What the same tokens would have cost with strong models alone; nil where that is not known.
  package var allStrong: Int?
  /// What the same tokens would have cost with base models alone; nil where that is not known.
  package var allBase: Int?
  /// How long models worked that cost nothing but time.
  package var localSeconds: Double

  /// Counts a run; `baselines` are the prices by tier that its cost is compared with.
  package init(of run: RunRecord, baselines: [String: ModelPrice]) {
    var spent = run.spent
    spent += run.reserveSpent
    microdollars = spent.microdollars
    unpricedCalls = spent.unpricedCalls > 0 ? spent.unpricedCalls : nil
    accepted = run.accepted ?? 0
    if accepted > 0, unpricedCalls == nil { perTask = (microdollars + accepted - 1) / accepted }
    localSeconds = spent.freeSeconds
    func cost(_ tier: ModelTier) -> Int? {
      // Models that cost nothing save nothing, and what is saved against them is no question of money.
      guard case .known(let rates)? = baselines[tier.rawValue], unpricedCalls == nil else { return nil }
      // Every prompt was shorter than the sum of them, so the rates are those of short ones.
      return TokenRates(input: rates.input, output: rates.output)
        .cost(promptTokens: spent.promptTokens, outputTokens: spent.outputTokens)
    }
    allStrong = cost(.strong)
    allBase = cost(.base)
  }

  private enum CodingKeys: String, CodingKey {
    case microdollars
    case unpricedCalls = "unpriced_calls"
    case accepted
    case perTask = "per_task"
    case allStrong = "all_strong"
    case allBase = "all_base"
    case localSeconds = "local_seconds"
  }
}
