package import Pipeline

/// How much a step asks of its model, from 1 to 10, and what makes it so.
package struct PromptComplexity: Hashable, Sendable {
  /// What can make a step harder.
  package enum Factor: String, CaseIterable, Hashable, Sendable {
    case targets
    case context
    case failedAttempts = "failed_attempts"
    case dependencies
    case strayChanges = "stray_changes"
    case findings
    case recentFailures = "recent_failures"
  }

  /// The points of the factors that count here.
  package let points: [Factor: Int]

  package var score: Int { min(10, 1 + points.values.reduce(0, +)) }

  package init(of prompt: StepPrompt, task: TaskRecord, failures: [StepFailure]) {
    var points: [Factor: Int] = [:]
    for factor in Factor.allCases {
      let amount = Self.amount(of: factor, prompt, task, failures)
      let counted = Self.thresholds(of: factor).count { amount >= $0 }
      if counted > 0 { points[factor] = counted }
    }
    self.points = points
  }

  /// From which amounts on a factor counts one point more.
  private static func thresholds(of factor: Factor) -> [Int] {
    switch factor {
    // Each further file has to agree with those before it; from five on a model loses sight of one.
    case .targets: [2, 3, 5]
    // Models follow instructions worse behind long contexts: measured in bytes, about 2, 6 and 12 thousand tokens.
    case .context: [8000, 24_000, 48_000]
    // What failed once is harder than it looked, and the same approach fails again.
    case .failedAttempts: [1, 2, 3]
    // The work of others must be used as they left it; one predecessor is the ordinary case.
    case .dependencies: [2, 4]
    // Whoever had to change files beside the targets met something that the plan did not foresee.
    case .strayChanges: [1]
    // One finding is mended alone, several may need one common change.
    case .findings: [2, 5]
    // Each kind of failure needs another answer.
    case .recentFailures: [1, 2]
    }
  }

  private static func amount(
    of factor: Factor,
    _ prompt: StepPrompt,
    _ task: TaskRecord,
    _ failures: [StepFailure]
  ) -> Int {
    switch factor {
    case .targets: task.targets.count
    case .context: prompt.sections.reduce(0) { $0 + $1.size }
    case .failedAttempts: prompt.phase == .qa ? 0 : prompt.attempt - 1
    case .dependencies: task.dependsOn.count
    case .strayChanges: task.reviewedPaths.count - Set(task.targets).count
    case .findings: prompt.phase == .qa ? 0 : task.issues.count
    case .recentFailures: Set(failures.map { $0.kind }).count
    }
  }
}
