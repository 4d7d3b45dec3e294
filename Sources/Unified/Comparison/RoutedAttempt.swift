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

  package init(files: [String], model: String, cheaper: [String], passed: Bool) {
    self.files = files
    self.model = model
    self.cheaper = cheaper
    self.passed = passed
  }
}

/// How many tasks went to the cheapest model that could do them, of those of which that is known.
struct CheapestModels {
  private(set) var cheapest = 0
  private(set) var known = 0

  /// Looks at what passed in `runs`, and in all `attempts` at what cheaper models came to on the same files.
  ///
  /// Nothing is known of a task on which no cheaper model was tried, unless there is none.
  init(_ runs: [RunMeasures], among attempts: [RoutedAttempt]) {
    let tries = Dictionary(grouping: attempts, by: \.files)
    for passed in runs.flatMap({ $0.routed ?? [] }) where passed.passed {
      let cheaper = (tries[passed.files] ?? []).filter { passed.cheaper.contains($0.model) }
      guard passed.cheaper.isEmpty || !cheaper.isEmpty else { continue }
      known += 1
      if !cheaper.contains(where: \.passed) { cheapest += 1 }
    }
  }
}
