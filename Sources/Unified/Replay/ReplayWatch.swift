import Pipeline

/// How the servers of a record stood whenever a model was chosen.
struct ReplayWatch: ServerWatching {
  let tape: ReplayTape

  func standing() async throws -> ServerStanding {
    try await tape.take("how the servers stand") { item, _ in
      guard case .standing(let standing) = item else { return nil }
      return standing
    }
  }
}
