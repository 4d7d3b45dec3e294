import Pipeline
import Testing
import Unified

/// Whether calls went to the cheapest model that could do the task.
@Suite struct CheapestModelTests {
  private let task = TaskID(number: 1)

  private func route(_ step: Int, _ model: String, cheaper: [String]) -> Event {
    .route(
      RouteEvent(
        step: step,
        task: task,
        kind: "code_implementation",
        model: model,
        tier: .base,
        score: 4,
        factors: [:],
        upgrades: 0,
        reasons: [],
        refused: [],
        cheaper: cheaper,
        files: ["a.c"]
      )
    )
  }

  private func end(_ step: Int, _ phase: PhaseName, _ result: String, calls: Int = 1) -> Event {
    .phaseFinished(
      PhaseFinishedEvent(
        step: step,
        phase: phase,
        task: task,
        result: result,
        reason: "",
        calls: calls,
        promptTokens: 0,
        outputTokens: 0,
        seconds: 0
      )
    )
  }

  /// A run in which the models were tried in order, with what became of each; a later one has the former as cheaper.
  ///
  /// Each try takes one call more than the one before.
  private func run(_ tries: [(model: String, result: String)], cheaper: [String] = []) -> RunMeasures {
    var measurement = RunMeasurement()
    for (index, (model, result)) in tries.enumerated() {
      let phase = index == 0 ? PhaseName.coding : .debugging
      measurement.take(route(2 * index, model, cheaper: tries[..<index].map(\.model) + cheaper))
      measurement.take(end(2 * index, phase, result == "failed" ? "failed" : "coded", calls: index + 1))
      if result != "failed" { measurement.take(end(2 * index + 1, .qa, result)) }
    }
    var measures = measurement.result()
    measures.outcome = .complete
    return measures
  }

  private func measure(_ traditional: RunMeasures, _ orchestrated: RunMeasures) -> PromisedMeasure? {
    PromisedMeasure.all([ComparisonPair(traditional: traditional, orchestrated: orchestrated)])
      .first { $0.name == "Cheapest sufficient model" }
  }

  /// A run that tells nothing of models.
  private var unrouted: RunMeasures { run([]) }

  @Test func withoutATryOfACheaperModelNothingIsKnown() {
    let run = run([("large", "approved")], cheaper: ["small"])
    let measure = measure(unrouted, run)
    #expect(measure?.value == nil && measure?.note == "no run tried a cheaper model")
    #expect(self.measure(unrouted, unrouted)?.value == nil)
  }

  @Test func theCheapestOfAllIsTheCheapestThatCouldDoIt() {
    #expect(measure(unrouted, run([("small", "approved")]))?.value == 1)
  }

  @Test(arguments: ["failed", "rejected"])
  func whereTheCheaperOneFailedTheCallsOfTheDearerWentRight(_ result: String) {
    let measure = measure(unrouted, run([("small", result), ("large", "approved")]))
    #expect(measure?.note == "2 of 3 calls of which that is known" && measure?.isKept == false)
  }

  @Test func whereTheCheaperOnePassedElsewhereTheDearerIsNot() {
    let large = run([("large", "approved")], cheaper: ["small"])
    let measure = measure(run([("small", "approved")]), large)
    #expect(measure?.value == 0 && measure?.note == "0 of 1 calls of which that is known")
  }
}
