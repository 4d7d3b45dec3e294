/// Chooses the next action among those that the core has computed as legal.
package protocol DecisionMaker: Sendable {
  /// A choice that is not in `situation.legal` is replaced by the rules' one.
  func decide(_ situation: Situation) async throws -> Decision
}
