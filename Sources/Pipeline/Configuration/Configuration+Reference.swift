package import JSON

/// One value of the configuration as `autonomy config` shows it.
package struct ConfigurationEntry: Hashable, Sendable {
  package var key: String
  package var value: JSONValue
  package var origin: ConfigurationOrigin
}

extension Configuration {
  /// Every value that is set or has a default, in the order of the documentation.
  package var entries: [ConfigurationEntry] {
    let keys = servers.flatMap { Self.serverKeys($0.name) } + Self.keys
    return keys.compactMap { key in
      let name = key.path.joined(separator: ".")
      let value = key.read(self)
      // What is not set of a model or a server is nobody's value; what is not limited is a default.
      if value.isNull, key.path.count == 3, origins[name] == nil { return nil }
      return ConfigurationEntry(key: name, value: value, origin: origin(of: name))
    }
  }

  /// Takes values as `entries` gave them; API keys are not among them.
  package init(entries: [String: JSONValue]) throws(ConfigurationError) {
    self.init()
    var layer = ConfigurationLayer { _ in .flag("record") }
    for (key, value) in entries.sorted(by: { $0.key < $1.key }) { layer.add(value, at: Self.path(of: key)) }
    layer.apply(to: &self)
    guard layer.problems.isEmpty else { throw ConfigurationError(layer.problems) }
  }

  /// The documentation of every key, as a Markdown table.
  package static var reference: String {
    let standard = Configuration()
    var rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    func add<Root>(_ keys: [ConfigurationKey<Root>], under prefix: String, of root: Root, default text: String? = nil) {
      for key in keys {
        let name = ([prefix] + key.path).filter { !$0.isEmpty }.joined(separator: ".")
        let value = key.read(root)
        let written = value.text()
        let shown = value.isNull ? "" : written.utf8.count > 100 ? "see `autonomy config --json`" : "`\(written)`"
        rows.append("| `\(name)` | \(key.expectation) | \(text ?? shown) | \(key.summary) |")
      }
    }
    let server = ServerSettings(name: standardServer)
    add(ServerSettings.keys, under: "servers.NAME", of: server)
    let names = ModelSettings.standard.sorted { $0.key.rawValue < $1.key.rawValue }
    add(Array(ModelSettings.keys.prefix(1)), under: "models.USE", of: ModelSettings(), default: "see below")
    add(Array(ModelSettings.keys.dropFirst()), under: "models.USE", of: ModelSettings())
    add(CheckSettings.keys, under: "checks", of: standard.checks)
    add(CheckDefinition.keys, under: "checks.commands[]", of: CheckDefinition(name: "", arguments: []), default: "")
    add(LimitSettings.keys, under: "limits", of: standard.limits)
    add(OrchestrationSettings.keys, under: "orchestration", of: standard.orchestration)
    add(CheckpointSettings.keys, under: "checkpoint", of: standard.checkpoint)
    add(WorktreeSettings.keys, under: "worktree", of: standard.worktree)
    add(RoutingSettings.keys, under: "router", of: standard.router)
    add(TaskKindRule.keys, under: "router.kinds[]", of: TaskKindRule(), default: "")
    add(ModelProfile.keys, under: "router.models[]", of: ModelProfile.blank, default: "")
    add(TokenRates.keys, under: "router.models[].price", of: TokenRates.blank, default: "")
    add(QualityRubric.keys, under: "router.models[].quality", of: QualityRubric(), default: "")
    add(keys.filter { $0.path.count == 1 }, under: "", of: standard)
    let uses = ModelUse.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    let defaults = names.map { use, settings in
      let window = settings.numContext.map { " (`num_ctx` \($0))" } ?? ""
      return "`\(use.rawValue)` `\(settings.name?.description ?? "")`\(window)"
    }
    return """
      \(rows.joined(separator: "\n"))

      USE is one of \(uses). The defaults are \(defaults.joined(separator: ", ")). A phase takes its own model, else \
      that of its role if one is named (`planning`: `reasoning`; `debugging`: `coding`; `qa` and `documentation`: \
      `analysis`), else that of `coding`.

      """
  }
}
