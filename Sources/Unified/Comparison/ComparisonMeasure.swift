import Pipeline

/// A row of a comparison: one figure of each run.
package struct ComparisonMeasure: Sendable {
  /// How a figure is written.
  package enum Unit: Sendable {
    case count
    case seconds
    case microdollars
  }

  package let name: String
  package let unit: Unit
  /// Whether it is left out where it is nought in every run.
  package let isOptional: Bool
  /// The figure of a run; nil where it is not known, which is never nought.
  package let value: @Sendable (RunMeasures) -> Double?

  init(
    _ name: String,
    _ unit: Unit = .count,
    isOptional: Bool = false,
    _ value: @escaping @Sendable (RunMeasures) -> Double?
  ) {
    self.name = name
    self.isOptional = isOptional
    self.unit = unit
    self.value = value
  }

  /// All that is shown of every comparison, in the order of the table.
  package static let all: [ComparisonMeasure] =
    [
      ComparisonMeasure("Tasks done") { Double($0.done) },
      ComparisonMeasure("Checks passed") { Double($0.checksPassed) },
      ComparisonMeasure("Steps") { Double($0.steps) },
      ComparisonMeasure("Model calls") { Double($0.calls) },
      ComparisonMeasure("Prompt tokens") { Double($0.promptTokens) },
      ComparisonMeasure("Output tokens") { Double($0.outputTokens) },
      ComparisonMeasure("Cost", .microdollars, isOptional: true) { $0.microdollars.map { Double($0) } },
      ComparisonMeasure("Cost of a task done", .microdollars, isOptional: true) { run in
        run.done > 0 ? run.microdollars.map { Double($0) / Double(run.done) } : nil
      },
      ComparisonMeasure("Time of models", .seconds) { $0.modelSeconds },
      ComparisonMeasure("Time in all", .seconds) { $0.seconds },
      ComparisonMeasure("Tool calls valid at first") { Double($0.toolCalls.validAtFirst) },
    ]
    + CallStage.allCases.map { stage in
      ComparisonMeasure("Tool calls mended: \(stage.rawValue)", isOptional: true) {
        Double($0.toolCalls.mended[stage.rawValue] ?? 0)
      }
    } + [
      ComparisonMeasure("Tool calls lost") { Double($0.toolCalls.lost) },
      ComparisonMeasure("Tasks that failed once") { Double($0.recovery.failures) },
      ComparisonMeasure("Steps to recover") { run in
        let steps = run.recovery.workingSteps
        return steps.isEmpty ? nil : Double(steps.reduce(0, +)) / Double(steps.count)
      },
      ComparisonMeasure("Recovered without the user") { Double($0.recovery.withoutUser) },
      ComparisonMeasure("Consultations") { Double($0.advice.consultations) },
      ComparisonMeasure("Advice followed") { Double($0.advice.followed) },
      ComparisonMeasure("Fallbacks to the rules") { Double($0.fallbacks) },
      ComparisonMeasure("Files changed") { $0.change.map { Double($0.files) } },
      ComparisonMeasure("Lines added") { $0.change.map { Double($0.addedLines) } },
      ComparisonMeasure("Lines removed") { $0.change.map { Double($0.removedLines) } },
    ]
}

/// What the runs of one mode say of a figure.
package struct Spread: Hashable, Sendable {
  package let median: Double
  package let least: Double
  package let most: Double

  /// Nil where there is no figure.
  package init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let least = sorted.first, let most = sorted.last else { return nil }
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    self.least = least
    self.most = most
  }
}
