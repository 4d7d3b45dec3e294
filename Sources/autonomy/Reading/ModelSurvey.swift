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
    /// What else it is asked as: the arbiter, and the interpreter of tool calls.
    var roles: [String]
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
    let choices = configuration.phaseModels
    let phases = Self.uses(ModelUse.phases, inventory) { choices[$0] }
    let roles = Self.uses([.arbiter, .interpreter], inventory) { configuration.model(for: $0) }
    var entries: [Entry] = []
    for server in inventory {
      for model in server.models {
        let place = Place(server: server.server.name, model: model.name)
        let wantsDetails = ofAll || phases[place] != nil
        let details = wantsDetails ? try? await directory.details(of: model.name, on: server.server.name) : nil
        let now = loaded[server.server.name]?.first { $0.name == model.name }
        entries.append(
          Entry(
            server: server.server.name,
            model: model,
            details: details,
            loaded: now,
            phases: phases[place] ?? [],
            roles: roles[place] ?? [],
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

  /// What each model is asked as, where it will be looked for.
  private static func uses(
    _ all: [ModelUse],
    _ inventory: [ServerInventory],
    choice: (ModelUse) -> ModelChoice?
  ) -> [Place: [String]] {
    var uses: [Place: [String]] = [:]
    for use in all {
      guard let choice = choice(use) else { continue }
      let server = inventory.first { entry in
        (choice.server == nil || choice.server == entry.server.name)
          && entry.models.contains { $0.name == choice.name }
      }
      if let server { uses[Place(server: server.server.name, model: choice.name), default: []].append(use.rawValue) }
    }
    return uses
  }
}
