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
