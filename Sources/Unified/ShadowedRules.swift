import Orchestration
import Pipeline

/// The rules, with an arbiter that is asked too and not obeyed; what it would have chosen is journalled.
///
/// It is paid from the reserve of the orchestrated mode, and can neither change nor end the run.
struct ShadowedRules: DecisionMaker {
  let arbiter: Arbiter
  let log: ShadowLog

  func decide(_ situation: Situation) async throws -> Decision {
    let shadow = try await arbiter.decide(situation)
    if shadow.maker.hasPrefix("arbiter") {
      let step = situation.state.stepsTaken + 1
      try await log.note(ShadowEvent(step: step, action: shadow.action, maker: shadow.maker, reason: shadow.reason))
    }
    return RuleDecisionMaker().decide(situation)
  }
}

/// The memory of an arbiter that is not obeyed: where it comes to nothing, the rules do not fall back on anything.
struct ShadowLog: DecisionLog {
  let manager: UnifiedStateManager
  let journal: Journal

  func recentDecisions(_ count: Int) async throws -> [PastDecision] { try await manager.recentDecisions(count) }

  func answer(to key: ConsultationKey) async throws -> String? { try await manager.answer(to: key) }

  func note(_ consultation: ConsultationEvent) async throws { try await manager.note(consultation) }

  func note(_ fallback: FallbackEvent) async throws {
    try await note(ShadowEvent(step: fallback.step, action: nil, maker: "arbiter", reason: fallback.reason))
  }

  func note(_ shadow: ShadowEvent) async throws { try await journal.commit([], [.shadow(shadow)]) }
}
