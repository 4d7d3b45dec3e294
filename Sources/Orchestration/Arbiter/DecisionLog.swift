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

/// What makes two consultations the same.
package struct ConsultationKey: Hashable, Sendable {
  package var role: String
  package var query: String
  package var context: String
  /// The progress on which it was asked.
  package var progress: String

  package init(role: String, query: String, context: String, progress: String) {
    self.role = role
    self.query = query
    self.context = context
    self.progress = progress
  }
}
