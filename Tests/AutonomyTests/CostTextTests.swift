import Pipeline
import Testing

@testable import autonomy

@Suite struct CostTextTests {
  private func cost(
    accepted: Int = 2,
    microdollars: Int = 1_000_001,
    unpriced: Int = 0,
    baselines: [String: ModelPrice] = [:]
  ) throws -> RunCost {
    var state = PipelineState()
    try state.apply(.runStarted(RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits())))
    var spent = Spending(calls: 3, promptTokens: 1_000_000, outputTokens: 100_000)
    spent.microdollars = microdollars
    spent.unpricedCalls = unpriced
    spent.freeSeconds = 75
    try state.apply(.spent(spent))
    try state.apply(.acceptedCounted(accepted))
    return RunCost(of: try #require(state.run), baselines: baselines)
  }

  @Test func theCostOfAnAcceptedTaskComesFirst() throws {
    let strong = ModelPrice.known(TokenRates(input: 3_000_000, output: 10_000_000))
    let base = ModelPrice.known(TokenRates(input: 500_000, output: 0))
    let lines = CostText(try cost(baselines: ["strong": strong, "base": base])).lines
    #expect(
      lines == [
        "$0.500001 for each of 2 accepted tasks, $1.000001 in all",
        "against strong models alone: $2.999999 saved (75 %)",
        "against base models alone: $0.500001 more (100 %)",
        "1m 15s of models that cost nothing else",
      ]
    )
  }

  @Test func whatIsNotKnownIsNeverNothing() throws {
    let unknown = CostText(try cost(unpriced: 2, baselines: ["strong": .free])).lines
    #expect(unknown.first == "unknown: $1.000001, and 2 calls whose price is not known")
    #expect(unknown[1] == "against strong models alone: unknown" && unknown[2] == "against base models alone: unknown")
    #expect(CostText(try cost(accepted: 0)).lines.first == "$1.000001 in all, and no task was accepted")
  }

  @Test func aTaskThatFailsAfterAllIsNotCounted() throws {
    var state = PipelineState()
    try state.apply(.runStarted(RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits())))
    for change in [1, 1, -1, -1, -1] { try state.apply(.acceptedCounted(change)) }
    #expect(state.run?.accepted == 0)
  }
}
