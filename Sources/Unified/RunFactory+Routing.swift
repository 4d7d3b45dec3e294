import Pipeline

extension RunFactory {
  /// The models among which the router chooses, treated as this run has treated them before.
  ///
  /// Throws `RunRefusal` where no server answers or none has a model.
  func routingCandidates(
    _ directory: ModelDirectory,
    _ cards: [CapabilityCard],
    _ start: RunStart
  ) async throws -> [RoutingCandidate] {
    let candidates = RoutingCandidates(configuration: configuration, directory: directory, cards: cards)
    let found = try await candidates.found()
    let settled = await start.settled(Dictionary(found.map { ($0.model.place, $0.model) }) { $1 })
    return found.map { RoutingCandidate(model: settled[$0.model.place] ?? $0.model, profile: $0.profile) }
  }

  /// Names the models that the user has named for phases and roles and that are not among those to choose from.
  func routingNotices(_ candidates: [RoutingCandidate]) -> [String] {
    var named: [(name: ModelName, settings: [String])] = []
    for use in ModelUse.allCases where use != .arbiter && use != .interpreter {
      guard configuration.origin(of: "models.\(use.rawValue).name") != .standard else { continue }
      let name = configuration.model(for: use).name
      guard !candidates.contains(where: { $0.model.name == name }) else { continue }
      let setting = "'models.\(use.rawValue)'"
      if let index = named.firstIndex(where: { $0.name == name }) {
        named[index].settings.append(setting)
      } else {
        named.append((name, [setting]))
      }
    }
    return named.map { name, settings in
      "No server has '\(name)' (\(settings.joined(separator: ", "))), so the router chooses without it."
    }
  }
}

extension RoutingCandidate {
  /// The same candidate in the window that its place has.
  func inWindow(_ windows: [String: Int]) -> RoutingCandidate {
    var candidate = self
    candidate.model = model.inWindow(windows)
    candidate.profile.window = candidate.model.numContext
    return candidate
  }
}
