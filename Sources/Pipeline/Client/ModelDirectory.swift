package import HTTP

/// What the configured servers have, asked once and again when something is missing.
package actor ModelDirectory {
  private let servers: [any ModelServerAPI]
  /// From the last time that all were asked.
  private var known: [ServerInventory] = []
  private var details: [DetailsKey: ModelDetails] = [:]

  private struct DetailsKey: Hashable {
    var server: String
    var model: ModelName
  }

  package init(servers: [ModelServer], http: HTTPClient, limits: ModelLimits = ModelLimits()) {
    self.init(servers.map { ServerConnection(server: $0, http: http, limits: limits) })
  }

  init(_ connections: [ServerConnection]) {
    servers = connections.map { $0.api }
  }

  /// Returns what each server has, in the order in which they are configured.
  package func inventory(refreshing: Bool = false) async -> [ServerInventory] {
    let isComplete = !known.isEmpty && known.allSatisfy { $0.failure == nil }
    if isComplete, !refreshing { return known }
    known = await ask()
    return known
  }

  /// Returns the name of the first server that has exactly this model, or of the named one if it has it.
  package func server(for model: ModelName, named name: String? = nil) async throws(ModelError) -> String {
    if let found = Self.find(model, named: name, in: known) { return found }
    let fresh = await inventory(refreshing: true).filter { name == nil || $0.server.name == name }
    if let found = Self.find(model, named: name, in: fresh) { return found }
    // A server that does not answer may be the one that has it.
    if let failure = fresh.compactMap({ $0.failure }).first { throw failure }
    throw .modelMissing(
      model,
      at: fresh.map {
        ModelError.Stock(server: $0.server.name, kind: $0.server.kind, models: $0.models.map { $0.name })
      }
    )
  }

  /// Returns what a model can do, as the server that has it says.
  package func details(of model: ModelName, on name: String) async throws(ModelError) -> ModelDetails {
    let key = DetailsKey(server: name, model: model)
    if let known = details[key] { return known }
    guard let server = servers.first(where: { $0.server.name == name }) else {
      throw .unusable(server: name, message: "No server of this name is configured.")
    }
    let found = try await server.details(of: model)
    details[key] = found
    return found
  }

  /// Returns what each server that answers holds in memory, by the server's name.
  package func loadedModels() async -> [String: [LoadedModel]] {
    await withTaskGroup(of: (String, [LoadedModel]).self) { group in
      for api in servers {
        group.addTask {
          // A server that cannot say what it holds is named by `inventory` already.
          (api.server.name, (try? await api.running()) ?? [])
        }
      }
      var loaded: [String: [LoadedModel]] = [:]
      for await (name, models) in group { loaded[name] = models }
      return loaded
    }
  }

  /// Asks how the servers stand now.
  package func standing() async -> ServerStanding {
    await withTaskGroup(of: (String, [LoadedModel]?).self) { group in
      for api in servers {
        group.addTask { (api.server.name, try? await api.running()) }
      }
      var standing = ServerStanding()
      for await (name, models) in group {
        if let models { standing.resident += models.map { "\($0.name)@\(name)" } } else { standing.silent.append(name) }
      }
      standing.silent.sort()
      standing.resident.sort()
      return standing
    }
  }

  /// Returns the window with which the server runs the model now, or nil where it does not tell.
  package func loadedWindow(of model: ModelName, on name: String) async -> Int? {
    guard let server = servers.first(where: { $0.server.name == name }) else { return nil }
    // The answer itself has come; not to know the window is no failure.
    let running = (try? await server.running()) ?? []
    return running.filter { $0.name == model }.compactMap { $0.contextLength }.max()
  }

  private static func find(_ model: ModelName, named name: String?, in inventory: [ServerInventory]) -> String? {
    inventory.first { entry in
      (name == nil || entry.server.name == name) && entry.models.contains { $0.name == model }
    }?.server.name
  }

  private func ask() async -> [ServerInventory] {
    await withTaskGroup(of: (Int, ServerInventory).self) { group in
      for (index, server) in servers.enumerated() {
        group.addTask { (index, await Self.inventory(of: server)) }
      }
      var found: [(Int, ServerInventory)] = []
      for await entry in group { found.append(entry) }
      return found.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
  }

  private static func inventory(of api: any ModelServerAPI) async -> ServerInventory {
    do throws(ModelError) {
      return ServerInventory(server: api.server, models: try await api.models())
    } catch {
      return ServerInventory(server: api.server, models: [], failure: error)
    }
  }
}

/// The models that one server has, or why they are not known.
package struct ServerInventory: Hashable, Sendable {
  package var server: ModelServer
  package var models: [InstalledModel]
  package var failure: ModelError?

  package init(server: ModelServer, models: [InstalledModel], failure: ModelError? = nil) {
    self.server = server
    self.models = models
    self.failure = failure
  }
}
