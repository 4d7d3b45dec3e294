package import Orchestration
package import Pipeline

/// The pipeline's journal as the memory of the decision maker: one database, one transaction, one schema for both.
package struct UnifiedStateManager: DecisionLog {
  let store: StateManager
  private let journal: Journal

  /// Takes the store and the journal over it.
  package init(store: StateManager, journal: Journal) {
    self.store = store
    self.journal = journal
  }

  package func recentDecisions(_ count: Int) async throws -> [PastDecision] {
    // A step has one decision and at most one result.
    let events = try await store.lastEvents([.decision, .phaseFinished], count: 2 * count)
    var decisions: [PastDecision] = []
    for event in events {
      switch event {
      case .decision(let decision):
        decisions.append(
          PastDecision(
            step: decision.step,
            action: decision.action,
            maker: decision.maker,
            reason: decision.reason,
            hadGuidance: decision.guidance != nil,
            result: nil,
            resultReason: nil
          )
        )
      case .phaseFinished(let finished):
        guard let index = decisions.lastIndex(where: { $0.step == finished.step }) else { continue }
        decisions[index].result = finished.result
        decisions[index].resultReason = finished.reason
      default:
        continue
      }
    }
    return Array(decisions.suffix(count))
  }

  package func answer(to key: ConsultationKey) async throws -> String? {
    for case .consultation(let event) in try await store.lastEvents([.consultation], count: 200).reversed() {
      guard event.role == key.role, event.query == key.query, event.context == key.context,
        event.progress == key.progress, let answer = event.answer
      else { continue }
      return answer
    }
    return nil
  }

  package func note(_ consultation: ConsultationEvent) async throws {
    try await journal.commit([], [.consultation(consultation)])
  }

  package func note(_ fallback: FallbackEvent) async throws {
    try await journal.commit([], [.fallback(fallback)])
  }
}
