import Wording

extension Configuration {
  /// The name of the server that is there without any configuration.
  package static let standardServer = "default"

  private static let models = "models"
  private static let servers = "servers"

  /// Every key but those of servers, whose names are the user's.
  static let keys: [ConfigurationKey<Configuration>] =
    ModelUse.allCases.flatMap { use in
      ModelSettings.keys.map { $0.lifted(to: [models, use.rawValue], \.[use]) }
    }
    + CheckSettings.keys.map { $0.lifted(to: ["checks"], \.checks) }
    + LimitSettings.keys.map { $0.lifted(to: ["limits"], \.limits) }
    + OrchestrationSettings.keys.map { $0.lifted(to: ["orchestration"], \.orchestration) }
    + CheckpointSettings.keys.map { $0.lifted(to: ["checkpoint"], \.checkpoint) }
    + WorktreeSettings.keys.map { $0.lifted(to: ["worktree"], \.worktree) }
    + RoutingSettings.keys.map { $0.lifted(to: ["router"], \.router) }
    + [
      ConfigurationKey(
        "sandbox",
        \.sandbox,
        "Whether checks run in a sandbox: where the machine can ('auto'), always ('require'), or never ('off')."
      )
    ]

  static func serverKeys(_ name: String) -> [ConfigurationKey<Configuration>] {
    ServerSettings.keys.map { $0.lifted(to: [servers, name], \.[server: name]) }
  }

  private static let keysByPath = Dictionary(keys.map { ($0.path, $0) }) { first, _ in first }

  static func key(at path: [String]) -> ConfigurationKey<Configuration>? {
    if path.count == 3, path[0] == servers, !path[1].isEmpty {
      return ServerSettings.keys.first { $0.path == [path[2]] }?.lifted(to: [servers, path[1]], \.[server: path[1]])
    }
    return keysByPath[path]
  }

  /// The names that may follow `path`; nil if `path` leads to no object of ours, empty if any name may.
  static func names(under path: [String]) -> [String]? {
    if path == [servers] { return [] }
    if path.count == 2, path[0] == servers, !path[1].isEmpty { return ServerSettings.keys.flatMap { $0.path } }
    var names: [String] = path.isEmpty ? [servers] : []
    for key in keys where key.path.count > path.count && key.path.starts(with: path) {
      let name = key.path[path.count]
      if !names.contains(name) { names.append(name) }
    }
    return names.isEmpty ? nil : names
  }

  /// The key that a plain string stands for where an object is expected: `models.coding` means its name.
  static func shorthand(of path: [String]) -> [String]? {
    guard path.count == 2 else { return nil }
    return path[0] == models ? path + ["name"] : path[0] == servers ? path + ["url"] : nil
  }

  /// Splits a dotted key; the name of a server may itself hold dots.
  static func path(of key: String) -> [String] {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 3, parts[0] == servers else { return parts }
    return [servers, parts[1..<(parts.count - 1)].joined(separator: "."), parts[parts.count - 1]]
  }
}

/// What is wrong with an unknown name, after the key in quotes; a name to put in its place has `prefix` before it.
func unknownKey(_ name: String, among names: [String], under prefix: String = "") -> String {
  let lowercased = name.lowercased()
  if lowercased.hasSuffix("api_key") || lowercased.hasSuffix("apikey") || lowercased.hasSuffix("token") {
    return "is not a key. Secrets come from the environment only: set OLLAMA_API_KEY or OPENAI_API_KEY"
  }
  if let suggestion = closest(to: name, in: names) {
    return "is not a key. Did you mean '\(prefix)\(suggestion)'?"
  }
  return names.isEmpty ? "is not a key" : "is not a key. The keys here are \(names.joined(separator: ", "))"
}
