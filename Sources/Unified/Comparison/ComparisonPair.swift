import Pipeline

/// One run in each mode from the same start.
package struct ComparisonPair: Hashable, Codable, Sendable {
  package var traditional: RunMeasures
  package var orchestrated: RunMeasures

  package init(traditional: RunMeasures, orchestrated: RunMeasures) {
    self.traditional = traditional
    self.orchestrated = orchestrated
  }

  /// Whether both runs came to an end that says something about the mode that they ran in.
  package var isEvidence: Bool { traditional.outcome.tellsOfMode && orchestrated.outcome.tellsOfMode }

  /// Which of the two came further: first by outcome, then by tasks done, then by checks passed.
  package var quality: Direction {
    let left = traditional.rank
    let right = orchestrated.rank
    return left == right ? .same : (left < right ? .better : .worse)
  }

  /// How the tokens of the orchestrated run relate to those of the traditional one; nil where either is unknown.
  package var tokenRatio: Double? {
    guard traditional.tokens > 0, orchestrated.tokens > 0 else { return nil }
    return Double(orchestrated.tokens) / Double(traditional.tokens)
  }
}

/// How the orchestrated mode did beside the traditional one.
package enum Direction: String, Codable, Sendable {
  case better
  case same
  case worse
}

extension RunMeasures {
  /// What decides which of two runs came further; compared from left to right.
  fileprivate var rank: (Int, Int, Int) { (outcome.rank, done, checksPassed) }
}

extension RunOutcome? {
  /// How good an end is for the project.
  fileprivate var rank: Int {
    switch self {
    case .complete: 3
    case .unverified: 2
    case .partial: 1
    case .noProgress, .budget, .needsUser, nil: 0
    case .unavailable, .environment, .conflict, .configuration, .internalError, .interrupted: 0
    }
  }

  fileprivate var tellsOfMode: Bool {
    switch self {
    case .complete, .unverified, .partial, .noProgress, .budget, .needsUser: true
    case .unavailable, .environment, .conflict, .configuration, .internalError, .interrupted, nil: false
    }
  }
}
