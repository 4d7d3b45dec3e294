package import Orchestration
package import Pipeline

/// The models that the configured servers have, and how these stand now, for who asks without a run.
package struct RoutingSurvey: Sendable {
  package let candidates: [ModelProfile]
  package let standing: [CandidateStanding]
  /// Why servers did not tell what they have; what the configuration says that they have is refused.
  package let failures: [String]

  /// Asks the servers, and counts against quotas what the project's runs have asked today.
  ///
  /// Throws `RunRefusal` where none answers or none has a model.
  package init(
    _ configuration: Configuration,
    environment: [String: String],
    money: MoneyBook
  ) async throws(RunRefusal) {
    let pool = ModelPool(servers: configuration.modelServers, limits: configuration.limits.ofModels)
    let cards = KnownCards(environment: environment).cards
    let found = try await RoutingCandidates(configuration: configuration, directory: pool.directory, cards: cards)
      .found()
    let servers = await pool.directory.standing()
    let away = await pool.directory.inventory().filter { $0.failure != nil }
    let missing = configuration.router.models.filter { model in away.contains { $0.server.name == model.server } }
    failures = away.compactMap { $0.failure?.description }
    candidates = found.map(\.profile) + missing
    standing =
      found.map { candidate in
        CandidateStanding(
          isAvailable: !servers.silent.contains(candidate.model.server),
          isResident: servers.resident.contains(candidate.model.place),
          requestsLeft: candidate.profile.dailyRequests.map {
            $0 - money.calls(of: candidate.model.place, on: Timestamp.now.day)
          }
        )
      } + missing.map { _ in CandidateStanding(isAvailable: false) }
  }
}
