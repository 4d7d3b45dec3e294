/// How the candidates stand when one is chosen.
package struct RoutingStanding: Sendable {
  /// In the order of the router's candidates; those that are missing here stand well.
  package var candidates: [CandidateStanding]
  /// What may still be spent, in micro-dollars; nil without a cap.
  package var microdollarsLeft: Int?

  package init(candidates: [CandidateStanding] = [], microdollarsLeft: Int? = nil) {
    self.candidates = candidates
    self.microdollarsLeft = microdollarsLeft
  }

  subscript(index: Int) -> CandidateStanding {
    index < candidates.count ? candidates[index] : CandidateStanding()
  }
}

/// How one candidate stands.
package struct CandidateStanding: Hashable, Sendable {
  /// Whether its server answers.
  package var isAvailable: Bool
  /// Whether it gave no answer when it was asked last.
  package var hasFailed: Bool
  /// Whether its server holds it in memory.
  package var isResident: Bool
  /// How many requests it may still get today; nil without a quota.
  package var requestsLeft: Int?

  package init(
    isAvailable: Bool = true,
    hasFailed: Bool = false,
    isResident: Bool = false,
    requestsLeft: Int? = nil
  ) {
    self.isAvailable = isAvailable
    self.hasFailed = hasFailed
    self.isResident = isResident
    self.requestsLeft = requestsLeft
  }
}
