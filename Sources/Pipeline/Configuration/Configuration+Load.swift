import JSON
import Wording

extension Configuration {
  /// The name of a project's configuration file.
  package static let fileName = "autonomy.json"

  /// Reads everything that can be set: defaults, the user's file, the project's, the environment, and flags.
  ///
  /// The `project` is its folder; of the `overrides`, the flags in their order, a later one wins. All that is wrong is
  /// thrown at once.
  package static func load(
    project: String,
    environment: [String: String],
    overrides: [ConfigurationOverride] = []
  ) throws(ConfigurationError) -> Configuration {
    var configuration = Configuration()
    var problems: [String] = []
    func apply(_ layer: ConfigurationLayer?) {
      guard var layer else { return }
      layer.apply(to: &configuration)
      problems += layer.problems
    }
    if let file = userFile(environment) {
      apply(try .file(file) { .user(file: $0, line: $1) })
    }
    apply(try .file(projectFile(project)) { .project(file: $0, line: $1) })
    apply(environmentLayer(environment, servers: configuration.servers))
    apply(.options(overrides))
    if configuration.servers.isEmpty { configuration.servers = [ServerSettings(name: standardServer)] }
    if problems.isEmpty { problems = configuration.contradictions }
    guard problems.isEmpty else { throw ConfigurationError(problems) }
    for kind in ServerKind.allCases {
      configuration.apiKeys[kind] = environment[kind.keyVariable].flatMap { $0.isEmpty ? nil : Secret($0) }
    }
    configuration.secrets = SecretMask(environment: environment)
    return configuration
  }

  /// Where the configuration of a project is.
  package static func projectFile(_ project: String) -> String {
    project == "." || project.isEmpty
      ? fileName : project.hasSuffix("/") ? project + fileName : "\(project)/\(fileName)"
  }

  /// Where the configuration of the user is, if the environment tells.
  package static func userFile(_ environment: [String: String]) -> String? {
    if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return "\(folder)/autonomy/config.json" }
    return environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.config/autonomy/config.json" : nil }
  }

  /// `OLLAMA_HOST` is the address of the server `default`, or of the only one of that kind that is configured.
  private static func environmentLayer(
    _ environment: [String: String],
    servers: [ServerSettings]
  ) -> ConfigurationLayer? {
    guard let host = environment["OLLAMA_HOST"], host.contains(where: { !$0.isWhitespace }) else { return nil }
    let ollamas = servers.filter { $0.kind == .ollama }
    let only = ollamas.count == 1 ? ollamas[0].name : nil
    var layer = ConfigurationLayer { _ in .environment("OLLAMA_HOST") }
    layer.add(.string(host), at: ["servers", only ?? standardServer, "url"])
    return layer
  }

  /// What is right by itself and wrong together.
  private var contradictions: [String] {
    var problems: [String] = []
    for server in servers where server.name != Self.standardServer && origins["servers.\(server.name).url"] == nil {
      let place = origins.first { $0.key.hasPrefix("servers.\(server.name).") }?.value ?? .standard
      problems.append("\(place): 'servers.\(server.name)' has no 'url'.")
    }
    let names = servers.map { $0.name }
    for use in ModelUse.allCases {
      guard let name = self[use].server, !names.contains(name) else { continue }
      let key = "models.\(use.rawValue).server"
      let suggestion = closest(to: name, in: names).map { " Did you mean '\($0)'?" } ?? ""
      let known = names.map { "'\($0)'" }.joined(separator: ", ")
      problems.append("\(origin(of: key)): '\(key)' names no server: '\(name)'.\(suggestion) There is \(known).")
    }
    return problems
  }
}

extension ServerKind {
  /// The variable of the environment that holds the key for servers of this kind.
  fileprivate var keyVariable: String {
    switch self {
    case .ollama: "OLLAMA_API_KEY"
    case .openai: "OPENAI_API_KEY"
    }
  }
}
