package import Orchestration
package import Pipeline

/// The models that the configured servers have, and how these stand now, for who asks without a run.
package struct RoutingSurvey: Sendable {
  package let candidates: [ModelProfile]
  package let standing: [CandidateStanding]

  /// Asks the servers.
  ///
  /// Throws `RunRefusal` where none answers or none has a model.
  package init(_ configuration: Configuration, environment: [String: String]) async throws(RunRefusal) {
    let pool = ModelPool(servers: configuration.modelServers, limits: configuration.limits.ofModels)
    let cards = KnownCards(environment: environment).cards
    let found = try await RoutingCandidates(configuration: configuration, directory: pool.directory, cards: cards)
      .found()
    let servers = await pool.directory.standing()
    candidates = found.map(\.profile)
    standing = found.map { candidate in
      CandidateStanding(
        isAvailable: !servers.silent.contains(candidate.model.server),
        isResident: servers.resident.contains(candidate.model.place)
      )
    }
  }
}
