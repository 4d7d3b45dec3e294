import Pipeline

/// What is known of the models that servers have: the catalogue's entries, and what can be told without one.
struct ModelCatalogue: Sendable {
  private let models: [ModelProfile]
  /// Those that the program knows without the user.
  private let table: [ModelProfile]
  private let servers: [ServerSettings]

  init(_ configuration: Configuration) {
    models = configuration.router.models
    table = RoutingSettings.table(of: configuration.router.policy).models
    servers = configuration.servers
  }

  /// The entry of a model: one that names the server, else one that names none of the user's.
  func profile(of name: ModelName, on server: String) -> ModelProfile? {
    let named = models.filter { ModelName($0.name) == name }
    return named.first { $0.server == server }
      ?? named.first { profile in !servers.contains { $0.name == profile.server } }
  }

  /// The price of a model: what the user says of it, else nothing on the user's own machine, else the table's.
  ///
  /// What is said of another server makes nothing free, and what the table says of any server only what costs.
  func price(of name: ModelName, on server: String) -> ModelPrice {
    let profile = profile(of: name, on: server)
    if let profile, profile.server == server { return profile.price }
    if let profile, !table.contains(profile), profile.price != .free || profile.server == nil { return profile.price }
    if isLocal(name, on: server) { return .free }
    guard let price = profile?.price, price != .free else { return .unknown }
    return price
  }

  /// Ollama's own servers run its models for money, also through one of the user's.
  private func isLocal(_ name: ModelName, on server: String) -> Bool {
    guard let settings = servers.first(where: { $0.name == server }), settings.kind == .ollama else { return false }
    return !settings.address.url.contains("//ollama.com") && name.tag != "cloud" && !name.tag.hasSuffix("-cloud")
  }
}
