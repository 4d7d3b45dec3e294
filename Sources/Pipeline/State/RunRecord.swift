package import SourceControl

/// One start to one outcome.
package struct RunRecord: Hashable, Codable, Sendable, Identifiable {
  package let id: RunID
  package private(set) var mode: String
  /// The mode in which it began, where it goes on in another; nil in old records.
  package private(set) var firstMode: String?
  package var limits: RunLimits
  /// How each model of the run is treated from the first time it is used on, by `name@server`; nil in old records.
  package var handling: [String: ModelHandling]?
  package var spent = Spending()
  /// What the decision maker and those it consulted have spent, from a reserve of their own.
  package var reserveSpent = Spending()
  package var outcome: RunOutcome?
  /// What the user was told at the end.
  package var message: String?
  /// How many tasks were accepted in it, and stayed so; nil for none.
  package internal(set) var accepted: Int?
  /// What the project held at the end.
  package var tree: ObjectID?

  package init(id: RunID, mode: String, limits: RunLimits, handling: [String: ModelHandling]? = nil) {
    self.id = id
    self.mode = mode
    self.limits = limits
    self.handling = handling
  }

  /// Takes note that a task was accepted, or is not any more.
  mutating func countAccepted(_ change: Int) {
    accepted = max(0, (accepted ?? 0) + change)
  }

  /// Takes note that the run goes on in this mode.
  mutating func go(on mode: String) {
    let first = firstMode ?? self.mode
    firstMode = first == mode ? nil : first
    self.mode = mode
  }
}

/// What a run may spend; what is nil is not limited.
package struct RunLimits: Hashable, Codable, Sendable {
  package var steps: Int?
  package var calls: Int?
  /// Prompt and answer together.
  package var tokens: Int?
  package var seconds: Double?
  /// What the tokens of priced models may cost, those of the decision maker among them.
  package var microdollars: Int?

  package init(
    steps: Int? = nil,
    calls: Int? = nil,
    tokens: Int? = nil,
    seconds: Double? = nil,
    microdollars: Int? = nil
  ) {
    self.steps = steps
    self.calls = calls
    self.tokens = tokens
    self.seconds = seconds
    self.microdollars = microdollars
  }
}

/// What was spent; it only grows.
package struct Spending: Hashable, Codable, Sendable {
  package var steps = 0
  package var calls = 0
  package var promptTokens = 0
  package var outputTokens = 0
  /// Wall time while the run was at work.
  package var seconds = 0.0
  /// What is known of what it cost.
  package var microdollars = 0
  /// Calls of models whose price is not known.
  package var unpricedCalls = 0
  /// How long models worked that cost nothing but time; several at once count each.
  package var freeSeconds = 0.0
  /// How long servers took to load models, as they say; nil for no time, and in old records.
  package var loadSeconds: Double?

  package init(steps: Int = 0, calls: Int = 0, promptTokens: Int = 0, outputTokens: Int = 0, seconds: Double = 0) {
    self.steps = steps
    self.calls = calls
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.seconds = seconds
  }

  package var tokens: Int { promptTokens + outputTokens }

  package static func += (left: inout Spending, right: Spending) {
    left.steps += right.steps
    left.calls += right.calls
    left.promptTokens += right.promptTokens
    left.outputTokens += right.outputTokens
    left.seconds += right.seconds
    left.microdollars += right.microdollars
    left.unpricedCalls += right.unpricedCalls
    left.freeSeconds += right.freeSeconds
    // Whole milliseconds, which a sum of fractions would not stay.
    if let load = right.loadSeconds { left.loadSeconds = (((left.loadSeconds ?? 0) + load) * 1000).rounded() / 1000 }
  }
}
