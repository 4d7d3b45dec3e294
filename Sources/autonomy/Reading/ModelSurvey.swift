import Pipeline
import Unified

/// What the configured servers have, and what of it the configuration wants.
struct ModelSurvey: Sendable {
  /// One model of one server.
  struct Entry: Sendable {
    var server: String
    var model: InstalledModel
    var details: ModelDetails?
    var loaded: LoadedModel?
    /// The phases that it carries out.
    var phases: [String]
    /// What was measured of it.
    var card: CapabilityCard?
  }

  let inventory: [ServerInventory]
  let entries: [Entry]
  /// What is wrong with the file of what was measured.
  let cardNotice: String?

  /// Asks all servers; `details` are asked of each model, or only of those with a role.
  init(_ configuration: Configuration, environment: [String: String], ofAll: Bool) async {
    let known = KnownCards(environment: environment)
    let directory = ModelDirectory(configuration)
    let inventory = await directory.inventory()
    let loaded = await directory.loadedModels()
    let uses = Self.uses(configuration, inventory)
    var entries: [Entry] = []
    for server in inventory {
      for model in server.models {
        let phases = uses[Place(server: server.server.name, model: model.name)] ?? []
        let details =
          ofAll || !phases.isEmpty ? try? await directory.details(of: model.name, on: server.server.name) : nil
        let now = loaded[server.server.name]?.first { $0.name == model.name }
        entries.append(
          Entry(
            server: server.server.name,
            model: model,
            details: details,
            loaded: now,
            phases: phases,
            card: known.cards.card(of: model.name, at: server.server.url)
          )
        )
      }
    }
    self.inventory = inventory
    self.entries = entries
    cardNotice = known.notice
  }

  private struct Place: Hashable {
    var server: String
    var model: ModelName
  }

  /// The phases of each model, where it will be looked for.
  private static func uses(_ configuration: Configuration, _ inventory: [ServerInventory]) -> [Place: [String]] {
    let choices = configuration.phaseModels
    var uses: [Place: [String]] = [:]
    for use in ModelUse.phases {
      guard let choice = choices[use] else { continue }
      let server = inventory.first { entry in
        (choice.server == nil || choice.server == entry.server.name)
          && entry.models.contains { $0.name == choice.name }
      }
      if let server { uses[Place(server: server.server.name, model: choice.name), default: []].append(use.rawValue) }
    }
    return uses
  }
}
