/// What the decision maker did with advice that it got.
package struct AdviceUse: Hashable, Codable, Sendable {
  package enum Verdict: String, Codable, CaseIterable, Sendable {
    /// It went to the model of the step.
    case used
    /// The interpreter's words for it went in its place.
    case clarified
    /// Another specialist's advice went in its place.
    case replaced
    /// It went nowhere.
    case dropped
  }

  /// Whose advice it was.
  package var role: String
  package var verdict: Verdict
  /// Why it was dropped, in one sentence; nil for the other verdicts.
  package var reason: String?

  package init(role: String, verdict: Verdict, reason: String? = nil) {
    self.role = role
    self.verdict = verdict
    self.reason = reason
  }
}
