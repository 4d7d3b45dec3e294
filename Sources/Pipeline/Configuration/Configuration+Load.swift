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
    var layers: [ConfigurationLayer] = []
    func apply(_ layer: ConfigurationLayer) {
      var layer = layer
      layer.apply(to: &configuration)
      problems += layer.problems
    }
    if let file = userFile(environment),
      let layer = try ConfigurationLayer.file(file, origin: { .user(file: $0, line: $1) })
    {
      layers.append(layer)
    }
    if let layer = try ConfigurationLayer.file(projectFile(project), origin: { .project(file: $0, line: $1) }) {
      layers.append(layer)
    }
    let (variables, options) = (variableLayers(environment), ConfigurationLayer.options(overrides))
    if let layer = try routerFile(named: layers + variables + [options], of: project) { layers.append(layer) }
    let policy = (layers + [options]).compactMap { $0.value(at: ["router", "policy"]) }.last
    configuration.router = .table(of: policy.flatMap { RoutingPolicy.read($0) } ?? .standard)
    for layer in layers { apply(layer) }
    if let layer = environmentLayer(environment, servers: configuration.servers) { apply(layer) }
    for layer in variables + [options] { apply(layer) }
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

  /// `MODEL_ROUTER_CONFIG_PATH` is the router's own file, `PREFER_FREE_TIER` what comes first in it, and
  /// `USE_ORCHESTRATION` who decides.
  private static func variableLayers(_ environment: [String: String]) -> [ConfigurationLayer] {
    [
      (RoutingSettings.fileVariable, ["router", "config"], { JSONValue.string($0) }),
      (RoutingSettings.freeVariable, ["router", "prefer_free"], { Bool(word: $0).map { .bool($0) } ?? .string($0) }),
      (OrchestrationSettings.variable, ["orchestration", "use"], { JSONValue.string($0) }),
    ].compactMap { (variable: String, path: [String], value: (String) -> JSONValue) in
      guard let text = environment[variable], text.contains(where: { !$0.isWhitespace }) else { return nil }
      var layer = ConfigurationLayer { _ in .environment(variable) }
      layer.add(value(text), at: path)
      return layer
    }
  }

  /// The layer of the file that the last of `layers` names which names one.
  ///
  /// One that is named must be there: without it other models would be chosen than somebody meant.
  private static func routerFile(
    named layers: [ConfigurationLayer],
    of project: String
  ) throws(ConfigurationError) -> ConfigurationLayer? {
    guard let name = layers.compactMap({ $0.value(at: ["router", "config"]) }).last?.string, !name.isEmpty else {
      return nil
    }
    let path = name.hasPrefix("/") || project == "." || project.isEmpty ? name : "\(project)/\(name)"
    guard let layer = try ConfigurationLayer.file(path, under: ["router"], origin: { .router(file: $0, line: $1) })
    else {
      let variable = RoutingSettings.fileVariable
      throw ConfigurationError(["'\(path)', which 'router.config' or \(variable) names, is not there."])
    }
    return layer
  }

  /// What is right by itself and wrong together.
  private var contradictions: [String] {
    var problems: [String] = []
    for server in servers where server.name != Self.standardServer && origins["servers.\(server.name).url"] == nil {
      let place = origins.first { $0.key.hasPrefix("servers.\(server.name).") }?.value ?? .standard
      problems.append("\(place): 'servers.\(server.name)' has no 'url'.")
    }
    for (key, message) in router.contradictions {
      problems.append("\(origin(of: "router.\(key)")): 'router.\(key)' \(message)")
    }
    func check(_ name: String?, _ subject: String, of key: String) {
      guard let name, let complaint = complaint(aboutServer: name) else { return }
      problems.append("\(origin(of: key)): \(subject): \(complaint)")
    }
    for use in ModelUse.allCases {
      let key = "models.\(use.rawValue).server"
      check(self[use].server, "'\(key)' names no server", of: key)
    }
    let table = RoutingSettings.table(of: router.policy).models
    for model in router.models where !table.contains(model) {
      check(model.server, "'router.models' names no server for '\(model.name)'", of: "router.models")
    }
    return problems
  }

  /// The name of a server that is not configured, with those that are; nil where it is.
  package func complaint(aboutServer name: String) -> String? {
    let names = servers.map { $0.name }
    guard !names.contains(name) else { return nil }
    let known = names.map { "'\($0)'" }.joined(separator: ", ")
    return "'\(name)'.\(suggestion(for: name, in: names)) There is \(known)."
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
