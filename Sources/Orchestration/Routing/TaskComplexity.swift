import Pipeline

/// How hard a task is, from 1 to 10, by its four factors.
package struct TaskComplexity: Hashable, Sendable {
  package var context: Int
  package var type: Int
  package var files: Int
  package var history: Int

  package init(context: Int, type: Int, files: Int, history: Int) {
    self.context = context
    self.type = type
    self.files = files
    self.history = history
  }

  package var score: Int { min(10, context + type + files + history) }
}

/// The table by which tasks are judged.
struct ComplexityTable: Sendable {
  private struct Kind: Sendable {
    var points: Int
    var floor: ModelTier
  }

  private let contextTokens: [Int]
  private let files: [Int]
  private let kinds: [String: Kind]
  private let otherPoints: Int
  /// In thousandths of a failure.
  private let historyFailures: Int

  init(_ settings: RoutingSettings) {
    contextTokens = settings.contextTokens
    files = settings.files
    let limit = settings.typeLimit
    let floors = settings.floors
    kinds = Dictionary(
      settings.types.map { ($0.key, Kind(points: min($0.value, limit), floor: floors[$0.key] ?? .weak)) }
    ) { $1 }
    otherPoints = min(settings.otherType, limit)
    historyFailures = settings.historyFailures * OutcomeCounts.one
  }

  /// The points of each factor, and the least tier that the kind of task may go to.
  func judge(_ demand: borrowing RoutingDemand) -> (complexity: TaskComplexity, floor: ModelTier) {
    let kind = kinds[demand.type]
    let complexity = TaskComplexity(
      context: Self.exceeded(contextTokens, by: demand.contextTokens),
      type: kind?.points ?? otherPoints,
      files: Self.exceeded(files, by: demand.files),
      history: demand.outcomes.weak.failures >= historyFailures ? 1 : 0
    )
    return (complexity, kind?.floor ?? .weak)
  }

  /// How many of the bounds are exceeded; one that is reached is not.
  private static func exceeded(_ bounds: [Int], by amount: Int) -> Int {
    var count = 0
    for bound in bounds where amount > bound { count += 1 }
    return count
  }
}
