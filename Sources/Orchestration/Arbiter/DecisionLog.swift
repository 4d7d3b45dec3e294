package import Pipeline

/// What the arbiter remembers, and where it writes down what it does.
package protocol DecisionLog: Sendable {
  /// The last decisions with what came of them, the oldest first.
  func recentDecisions(_ count: Int) async throws -> [PastDecision]

  /// The answer that the same specialist gave to the same question in the same state, or nil.
  func answer(to key: ConsultationKey) async throws -> String?

  func note(_ consultation: ConsultationEvent) async throws

  func note(_ fallback: FallbackEvent) async throws
}

/// A step that was decided on and carried out.
package struct PastDecision: Hashable, Sendable {
  package var step: Int
  package var action: Action
  package var maker: String
  package var reason: String
  /// Whether advice went with it.
  package var hadGuidance: Bool
  /// What came of it in a word, such as `rejected`; nil while it is open.
  package var result: String?
  /// Why, in one line.
  package var resultReason: String?

  package init(
    step: Int,
    action: Action,
    maker: String,
    reason: String,
    hadGuidance: Bool,
    result: String?,
    resultReason: String?
  ) {
    self.step = step
    self.action = action
    self.maker = maker
    self.reason = reason
    self.hadGuidance = hadGuidance
    self.result = result
    self.resultReason = resultReason
  }
}

extension PastDecision {
  /// The kinds of events that tell of decisions.
  package static let kinds: [Event.Kind] = [.decision, .phaseFinished]

  /// The last decisions that some events tell of, the oldest first.
  package static func last(_ count: Int, in events: [Event]) -> [PastDecision] {
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

  /// The tasks of which an attempt with advice has failed, in its own step or in the review of it.
  static func advisedInVain(_ decisions: [PastDecision]) -> Set<TaskID> {
    var advised: Set<TaskID> = []
    var inVain: Set<TaskID> = []
    for past in decisions {
      guard let task = past.action.task, let phase = past.action.phase else { continue }
      if past.hadGuidance { advised.insert(task) } else if phase != .qa { advised.remove(task) }
      if advised.contains(task), PhaseResult.failureWords.contains(past.result ?? "") {
        inVain.insert(task)
      }
    }
    return inVain
  }
}

/// What makes two consultations the same.
package struct ConsultationKey: Hashable, Sendable {
  package var role: String
  package var query: String
  package var context: String
  /// The progress on which it was asked.
  package var progress: String

  package init(_ event: ConsultationEvent) {
    role = event.role
    query = event.query
    context = event.context
    progress = event.progress
  }

  /// The newest answer to it among some events, which are in order; nil where there is none.
  package func answer(in events: [Event]) -> String? {
    for case .consultation(let event) in events.reversed() where ConsultationKey(event) == self {
      if let answer = event.answer { return answer }
    }
    return nil
  }
}
