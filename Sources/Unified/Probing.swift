package import Pipeline

/// Probes models of the configured servers, and keeps what was found out.
package struct Probing: Sendable {
  private let pool: ModelPool
  private let models: PhaseModels
  private let file: CardFile

  /// Takes the user's data folder from the environment.
  ///
  /// Throws `CardFileError` where the cards could not be kept.
  package init(configuration: Configuration, environment: [String: String]) throws {
    guard let file = CardFile(environment: environment) else {
      throw RunRefusal(.environment, "There is no place for what is found out: set HOME or XDG_DATA_HOME.")
    }
    // Better now than after minutes of measuring.
    _ = try file.cards()
    self.file = file
    pool = ModelPool(servers: configuration.modelServers, limits: configuration.limits.ofModels)
    models = PhaseModels(configuration: configuration, directory: pool.directory)
  }

  /// Where the cards are kept.
  package var path: String { file.path }

  /// The models to probe: the one of that name, or all that are configured.
  package func subjects(named name: ModelName?) async throws -> [ProbeSubject] {
    try await models.probed(name)
  }

  /// Measures a model within the time, and keeps its card.
  package func probe(
    _ subject: ProbeSubject,
    within limit: Duration,
    progress: @escaping @Sendable (ProbeProgress) -> Void
  ) async throws -> CapabilityCard {
    let model = subject.model
    let directory = pool.directory
    let probe = ModelProbe(
      client: RetryingModelClient(pool, patience: .seconds(10)),
      subject: subject,
      limit: limit,
      loadedWindow: { await directory.loadedWindow(of: model.name, on: model.server) },
      progress: progress
    )
    let card: CapabilityCard
    do {
      card = try await probe.run()
    } catch let error as ModelError {
      throw RunRefusal(error)
    } catch let error as ProbeTimeOver {
      throw RunRefusal(.unavailable, "\(error)")
    }
    try file.store(card)
    return card
  }
}
