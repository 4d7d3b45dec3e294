package import Pipeline

/// What a run came to and what it cost, as its journal tells it.
package struct RunMeasures: Hashable, Codable, Sendable {
  /// What one model was used for, and what that cost.
  package struct ModelUse: Hashable, Codable, Sendable {
    /// The model's name, without its server.
    package var model: String
    /// The role of the phase, or `deciding` for the arbiter and whom it consults.
    package var role: String
    package var calls = 0
    package var promptTokens = 0
    package var outputTokens = 0
    /// Wall time from request to end of answer.
    package var seconds = 0.0

    package init(model: String, role: String) {
      self.model = model
      self.role = role
    }
  }

  package var mode = ""
  /// Nil where the run was killed.
  package var outcome: RunOutcome?
  /// How many tasks have each status, by its raw value.
  package var tasks: [String: Int] = [:]
  package var checksPassed = 0
  package var checks = 0
  package var steps = 0
  /// By model and role, the most expensive in time first.
  package var models: [ModelUse] = []
  package var toolCalls = ToolCallMeasures()
  package var recovery = RecoveryMeasures()
  package var advice = AdviceMeasures()
  /// How often the decision maker came to nothing, and the rules decided.
  package var fallbacks = 0
  /// How many decisions were the rules' own choice, of those of which that is known.
  package var agreeing = 0
  package var decisions = 0
  /// How the steps of each phase went, by its name.
  package var phases: [String: PhaseMeasures] = [:]
  /// Wall time while the run was at work.
  package var seconds = 0.0
  /// What is known of its cost, in micro-dollars; nil where it is not all.
  package var microdollars: Int?
  /// The tries at tasks with models that the router chose, in order; nil where there was none.
  package var routed: [RoutedAttempt]?
  /// How much of the project it changed; nil where that was not looked at.
  package var change: ChangeSize?

  package init() {}

  package var done: Int { tasks[TaskStatus.done.rawValue] ?? 0 }
  package var calls: Int { models.reduce(0) { $0 + $1.calls } }
  package var promptTokens: Int { models.reduce(0) { $0 + $1.promptTokens } }
  package var outputTokens: Int { models.reduce(0) { $0 + $1.outputTokens } }
  package var tokens: Int { promptTokens + outputTokens }
  package var modelSeconds: Double { models.reduce(0) { $0 + $1.seconds } }
}

/// How the steps of one phase went.
package struct PhaseMeasures: Hashable, Codable, Sendable {
  package var steps = 0
  /// Steps that came to nothing, and those whose result did not hold: work that a review rejected, and an approval after
  /// which the final checks failed.
  package var failed = 0

  package init(steps: Int = 0, failed: Int = 0) {
    self.steps = steps
    self.failed = failed
  }

  /// Nil where there was no step.
  package var success: Double? { steps > 0 ? Double(steps - failed) / Double(steps) : nil }

  package static func += (left: inout PhaseMeasures, right: PhaseMeasures) {
    left.steps += right.steps
    left.failed += right.failed
  }
}

/// How the tool calls of the phases' models got through.
package struct ToolCallMeasures: Hashable, Codable, Sendable {
  /// Answers whose calls were right as the server delivered them.
  package var validAtFirst = 0
  /// Answers whose calls got through by another rung of the ladder, by its name.
  package var mended: [String: Int] = [:]
  /// Answers of which the model had to be told that nothing came.
  package var lost = 0

  package init() {}

  package var succeeded: Int { validAtFirst + mended.values.reduce(0, +) }
}

/// How tasks got over their failures.
package struct RecoveryMeasures: Hashable, Codable, Sendable {
  /// Tasks that failed at least once, and were done or given up since.
  package var failures = 0
  /// For each that was done at last, the coding and debugging steps from its first failure on.
  package var workingSteps: [Int] = []
  /// How many of those got over it without a question to the user.
  package var withoutUser = 0

  package init() {}
}

/// What came of asking specialists.
package struct AdviceMeasures: Hashable, Codable, Sendable {
  package var consultations = 0
  /// Answers taken from the record instead of a second call.
  package var repeated = 0
  /// Answers that went to the model of a step, in their own words or clarified.
  package var followed = 0

  package init() {}
}

/// How much of a project a run changed.
package struct ChangeSize: Hashable, Codable, Sendable {
  package var files: Int
  package var addedLines: Int
  package var removedLines: Int

  package init(files: Int, addedLines: Int, removedLines: Int) {
    self.files = files
    self.addedLines = addedLines
    self.removedLines = removedLines
  }
}
