package import JSON

/// What a simulated server serves and answers.
package struct Scenario: Hashable, Sendable {
  package let models: [Model]
  /// How many models are loaded at once; nil is all.
  package let resident: Int?
  package let seed: Int
  package let rules: [Rule]

  /// Reads a scenario's file; JSON5's comments and trailing commas are allowed.
  package init(contentsOf path: String) throws(ScenarioError) {
    do throws(ScenarioError) {
      let bytes = try readScenarioFile(path)
      let value: JSONValue
      do {
        value = try JSONValue(parsing: bytes, syntax: .json5)
      } catch {
        throw ScenarioError(key: "", message: "is not valid JSON: \(error)")
      }
      let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
      try self.init(parsing: value, relativeTo: folder)
    } catch {
      throw ScenarioError(key: error.key, message: error.message, file: path)
    }
  }

  /// Reads a scenario whose `$file` references are relative to the folder `folder`.
  package init(parsing value: JSONValue, relativeTo folder: String = ".") throws(ScenarioError) {
    let prefix = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    try self.init(parsing: value) { (path) throws(ScenarioError) in
      try readScenarioFile(path.hasPrefix("/") ? path : prefix + path)
    }
  }

  /// Reads a scenario; `contents` answers the bytes of the file that a `$file` reference names.
  package init(
    parsing value: JSONValue,
    contents: (String) throws(ScenarioError) -> [UInt8]
  ) throws(ScenarioError) {
    let resolved = try resolvingFileReferences(in: value, at: "", contents: contents)
    guard case .object(let object) = resolved else {
      throw ScenarioError(key: "", message: "is \(resolved.typeName), not an object.")
    }
    var reader = ScenarioReader(object, at: "")
    guard let models = try reader.objects("models", Model.init) else {
      throw ScenarioError(key: "", message: "has no 'models'; list at least one, such as { \"name\": \"tiny\" }.")
    }
    self.models = models
    resident = try reader.integer("resident", in: 1...)
    seed = try reader.integer("seed", in: Int.min...) ?? 0
    rules = try reader.objects("rules", Rule.init) ?? []
    try reader.refuseUnknownKeys()
    try checkModels()
    try checkThinking()
  }

  private func checkModels() throws(ScenarioError) {
    for (index, model) in models.enumerated()
    where models[..<index].contains(where: { canonicalModelName($0.name) == canonicalModelName(model.name) }) {
      throw ScenarioError(key: "models[\(index)].name", message: "names '\(model.name)' a second time.")
    }
  }

  private func checkThinking() throws(ScenarioError) {
    guard !models.contains(where: { $0.can("thinking") }) else { return }
    for (index, rule) in rules.enumerated() where rule.reply?.thinking != nil {
      throw ScenarioError(
        key: "rules[\(index)].reply.thinking",
        message: "needs a model with the capability 'thinking', and none has it."
      )
    }
  }
}

/// A model's name with its tag, which is `latest` if none is given.
func canonicalModelName(_ name: String) -> String {
  let base = name.utf8.lastIndex(of: UInt8(ascii: "/")).map { name.utf8[$0...] } ?? name.utf8[...]
  return base.contains(UInt8(ascii: ":")) ? name : name + ":latest"
}
