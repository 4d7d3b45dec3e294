import Pipeline

/// Finds the models among which a router can choose: those that the configured servers have.
struct RoutingCandidates {
  private let configuration: Configuration
  private let directory: ModelDirectory
  private let cards: [CapabilityCard]
  private let catalogue: ModelCatalogue

  init(configuration: Configuration, directory: ModelDirectory, cards: [CapabilityCard]) {
    self.configuration = configuration
    self.directory = directory
    self.cards = cards
    catalogue = ModelCatalogue(configuration)
  }

  /// The models of all servers that answer, in the order of the servers; a model on two servers is two candidates.
  ///
  /// Throws `RunRefusal` where no server answers or none has a model.
  func found() async throws(RunRefusal) -> [RoutingCandidate] {
    var candidates: [RoutingCandidate] = []
    let servers = await directory.inventory()
    for server in servers {
      for installed in server.models {
        // A server that does not tell what a model can do says the rest all the same.
        let details = try? await directory.details(of: installed.name, on: server.server.name)
        candidates.append(candidate(installed, details, on: server.server))
      }
    }
    guard candidates.isEmpty else { return candidates }
    if let failure = servers.compactMap(\.failure).first { throw RunRefusal(failure) }
    throw RunRefusal(
      .configuration,
      "The router has no model to choose from: no server has any. Get one, such as with 'ollama pull qwen2.5-coder:7b'."
    )
  }

  private func candidate(
    _ installed: InstalledModel,
    _ details: ModelDetails?,
    on server: ModelServer
  ) -> RoutingCandidate {
    let card = cards.card(of: installed.name, at: server.url)
    let known = catalogue.profile(of: installed.name, on: server.name)
    let configured = configuration.phaseModels.values.first { $0.name == installed.name }
    var window = min(configured?.numContext ?? configuration.limits.numContext, details?.contextLength ?? .max)
    if let known { window = min(window, known.window) }
    let model = PhaseModel(
      role: "",
      name: installed.name,
      server: server.name,
      numContext: window,
      numPredict: min(configuration.limits.numPredict, window / 2),
      temperature: configured?.temperature,
      think: configured?.thinks,
      keepAlive: configuration.servers.first { $0.name == server.name }?.keepAlive?.duration,
      handling: card?.handling ?? ModelHandling(),
      price: catalogue.price(of: installed.name, on: server.name)
    )
    var profile = known ?? Self.profile(of: installed, isSized: server.kind == .ollama)
    profile.server = server.name
    profile.window = window
    profile.price = model.price ?? .unknown
    profile.decodeRate = card?.decodeRate ?? profile.decodeRate
    profile.loadTime = card?.loadSeconds.map { .seconds($0) } ?? profile.loadTime
    if let takesTools = details?.takesTools {
      let writes = takesTools || model.handling.writesCallsAsText
      profile.capabilities = profile.capabilities.filter { $0 != .tools } + (writes ? [.tools] : [])
    }
    return RoutingCandidate(model: model, profile: profile)
  }

  /// What is assumed of a model that the catalogue does not know: it can do what its size lets expect.
  private static func profile(of model: InstalledModel, isSized: Bool) -> ModelProfile {
    let tier: ModelTier =
      switch isSized ? model.billions : 10 {
      case ..<10: .weak
      case 40...: .strong
      default: .base
      }
    return ModelProfile(
      name: model.name.description,
      tiers: [tier],
      window: .max,
      capabilities: [.tools],
      asOf: Timestamp.now.day,
      source: "the size that its server tells"
    )
  }
}
