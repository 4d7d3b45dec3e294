/// Everything that can be set from outside: by flags, environment and configuration files.
package struct Configuration: Hashable, Sendable {
  package var servers: [ServerSettings] = []
  package var models: [ModelUse: ModelSettings] = ModelSettings.standard
  package var checks = CheckSettings()
  package var limits = LimitSettings()
  package var sandbox: SandboxMode = .auto
  package var checkpoint = CheckpointSettings()
  package var orchestration = OrchestrationSettings()
  package var worktree = WorktreeSettings()
  package var router = RoutingSettings()

  /// Where the values come from that somebody set, by key; the others are defaults.
  package var origins: [String: ConfigurationOrigin] = [:]

  /// The keys for model servers that ask for one, by their kind; they never come from a file.
  package var apiKeys: [ServerKind: Secret] = [:]

  /// Hides the secrets of the environment in whatever is shown or recorded.
  package var secrets = SecretMask()

  package init() {}

  package func origin(of key: String) -> ConfigurationOrigin {
    origins[key] ?? .standard
  }

  /// The settings of one role or phase; nothing is set for most phases.
  subscript(use: ModelUse) -> ModelSettings {
    get { models[use] ?? ModelSettings() }
    set { models[use] = newValue == ModelSettings() ? nil : newValue }
  }

  /// The settings of the server of that name, which is added when something is set.
  subscript(server name: String) -> ServerSettings {
    get { servers.first { $0.name == name } ?? ServerSettings(name: name) }
    set {
      if let index = servers.firstIndex(where: { $0.name == name }) {
        servers[index] = newValue
      } else {
        servers.append(newValue)
      }
    }
  }
}
