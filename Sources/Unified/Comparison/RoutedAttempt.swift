import Pipeline

/// One try at a task with a model that the router chose, and what became of it.
package struct RoutedAttempt: Hashable, Codable, Sendable {
  /// The target files, by which tasks of several runs are the same.
  package var files: [String]
  /// As `name@server`.
  package var model: String
  /// The candidates that cost less.
  package var cheaper: [String]
  /// Whether the review approved it.
  package var passed: Bool
  /// How often the model was called for it; absent from reports of earlier versions.
  package var calls: Int?

  package init(files: [String], model: String, cheaper: [String], passed: Bool, calls: Int) {
    self.files = files
    self.model = model
    self.cheaper = cheaper
    self.passed = passed
    self.calls = calls
  }
}

/// How many calls went to the cheapest model whose result passed, of those of which that is known.
struct CheapestModels {
  private(set) var cheapest = 0
  private(set) var known = 0

  /// Looks at the calls in `runs`, and in all `attempts` at what came of which model on the same files.
  ///
  /// Nothing is known where nothing passed, nor where no model was tried that is cheaper than what did, unless there is
  /// none.
  init(_ runs: [RunMeasures], among attempts: [RoutedAttempt]) {
    let tries = Dictionary(grouping: attempts, by: \.files)
    for attempt in runs.flatMap({ $0.routed ?? [] }) {
      let beside = tries[attempt.files] ?? []
      let passed = beside.filter(\.passed)
      let least = passed.first { one in !passed.contains { one.cheaper.contains($0.model) } }
      guard let least, least.cheaper.isEmpty || beside.contains(where: { least.cheaper.contains($0.model) }) else {
        continue
      }
      known += attempt.calls ?? 0
      if attempt.model == least.model { cheapest += attempt.calls ?? 0 }
    }
  }
}
