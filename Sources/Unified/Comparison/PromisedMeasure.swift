import Wording

/// One of the five figures that the orchestrated mode is meant to reach, over the runs of a comparison.
///
/// - Tool-call success, at least 90 %: of the answers by which the phases' models meant to call a tool, those whose calls
///   got through without the model being told a mistake.
/// - Steps to recovery, under 2: the coding and debugging steps of a task from its first failure to its approval, on
///   average over the tasks that failed and were done.
/// - Cheapest sufficient model, at least 80 %: of the calls of coding and debugging, those that went to the cheapest model
///   whose result passed on the same files in any of the runs; measured only where a cheaper one than that was tried in
///   any of them, or where there is none.
/// - Prompt tokens, at least 50 % fewer: against the prompts of the traditional runs beside them.
/// - Healed without the user, at least 70 %: of the tasks that failed at least once, those that were done without a
///   question to the user.
package struct PromisedMeasure: Hashable, Codable, Sendable {
  package var name: String
  /// Nil where it was not measured.
  package var value: Double?
  package var goal: Double
  /// Whether the goal is to stay under, not to reach.
  package var isCeiling: Bool
  /// Whether the value is a share of one.
  package var isShare: Bool
  /// What it was measured on, or why it was not.
  package var note: String

  package var isKept: Bool? { value.map { isCeiling ? $0 < goal : $0 >= goal } }

  package static func all(_ pairs: [ComparisonPair]) -> [PromisedMeasure] {
    let runs = pairs.filter(\.isEvidence).map(\.orchestrated)
    func sum(_ part: (RunMeasures) -> Int) -> Int { runs.reduce(0) { $0 + part($1) } }
    func share(_ name: String, _ part: Int, of whole: Int, goal: Double, _ unit: String) -> PromisedMeasure {
      PromisedMeasure(
        name: name,
        value: whole > 0 ? Double(part) / Double(whole) : nil,
        goal: goal,
        isCeiling: false,
        isShare: true,
        note: whole > 0 ? "\(Amount.grouped(part)) of \(Amount.grouped(whole)) \(unit)" : "there were no \(unit)"
      )
    }
    let succeeded = sum { $0.toolCalls.succeeded }
    let steps = runs.flatMap(\.recovery.workingSteps)
    let after = sum { $0.promptTokens }
    let before = pairs.filter(\.isEvidence).reduce(0) { $0 + $1.traditional.promptTokens }
    let all = pairs.flatMap { [$0.traditional, $0.orchestrated] }.flatMap { $0.routed ?? [] }
    let models = CheapestModels(runs, among: all)
    return [
      share("Tool-call success", succeeded, of: succeeded + sum { $0.toolCalls.lost }, goal: 0.9, "answers with calls"),
      PromisedMeasure(
        name: "Steps to recovery",
        value: steps.isEmpty ? nil : Double(steps.reduce(0, +)) / Double(steps.count),
        goal: 2,
        isCeiling: true,
        isShare: false,
        note: steps.isEmpty
          ? "no task failed and was done" : Amount.counted(steps.count, "recovery", plural: "recoveries")
      ),
      PromisedMeasure(
        name: "Cheapest sufficient model",
        value: models.known > 0 ? Double(models.cheapest) / Double(models.known) : nil,
        goal: 0.8,
        isCeiling: false,
        isShare: true,
        note: models.known > 0
          ? "\(models.cheapest) of \(models.known) calls of which that is known"
          : "no run tried a cheaper model"
      ),
      PromisedMeasure(
        name: "Fewer prompt tokens",
        value: before > 0 ? 1 - Double(after) / Double(before) : nil,
        goal: 0.5,
        isCeiling: false,
        isShare: true,
        note: before > 0
          ? "\(Amount.grouped(after)) instead of \(Amount.grouped(before))"
          : "the prompts of the traditional runs are not known"
      ),
      share(
        "Healed without the user",
        sum { $0.recovery.withoutUser },
        of: sum { $0.recovery.failures },
        goal: 0.7,
        "tasks that failed"
      ),
    ]
  }
}
