import Persistence

extension StateWriter {
  /// Writes what was spent by day and model, and how tasks went with models.
  func writeAccount(_ change: StateChange, _ state: PipelineState, in connection: Connection) throws {
    switch change {
    case .charged(let charge):
      try connection.execute(
        """
        INSERT INTO spending (day, model, calls, microdollars, unpriced) VALUES (?1, ?2, 1, ?3, ?4)
        ON CONFLICT (day, model) DO UPDATE SET
          calls = calls + 1, microdollars = microdollars + ?3, unpriced = unpriced + ?4
        """,
        [
          .text(charge.day), .text(charge.model), .integer(charge.microdollars), .integer(charge.isPriced ? 0 : 1),
        ]
      )
    case .outcomeCounted(let kind, let tier, _):
      try write(kind, tier, state, in: connection)
    case .outcomesAged:
      for kind in state.outcomes.keys {
        for tier in ModelTier.allCases { try write(kind, tier, state, in: connection) }
      }
    default:
      break
    }
  }

  private func write(_ kind: String, _ tier: ModelTier, _ state: PipelineState, in connection: Connection) throws {
    let counts = state.outcomes[kind]?[tier] ?? OutcomeCounts()
    try connection.execute(
      """
      INSERT INTO routing_outcome (kind, tier, successes, failures) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (kind, tier) DO UPDATE SET successes = ?3, failures = ?4
      """,
      [.text(kind), .text(tier.rawValue), .integer(counts.successes), .integer(counts.failures)]
    )
  }
}
