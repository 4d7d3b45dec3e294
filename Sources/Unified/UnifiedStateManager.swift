package import Orchestration
package import Pipeline

/// The pipeline's journal as the memory of the decision maker: one database, one transaction, one schema for both.
package struct UnifiedStateManager: DecisionLog {
  let store: StateManager
  let journal: Journal

  /// Takes the store and the journal over it.
  package init(store: StateManager, journal: Journal) {
    self.store = store
    self.journal = journal
  }

  package func recentDecisions(_ count: Int) async throws -> [PastDecision] {
    // A step has one decision and at most one result.
    PastDecision.last(count, in: try await store.lastEvents(PastDecision.kinds, count: 2 * count))
  }

  package func answer(to key: ConsultationKey) async throws -> String? {
    key.answer(in: try await store.lastEvents([.consultation], count: 200))
  }

  package func note(_ consultation: ConsultationEvent) async throws {
    try await journal.commit([], [.consultation(consultation)])
  }

  package func note(_ fallback: FallbackEvent) async throws {
    try await journal.commit([], [.fallback(fallback)])
  }
}
