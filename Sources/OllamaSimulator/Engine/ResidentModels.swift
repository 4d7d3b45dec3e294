/// The models that are loaded; the one that was not used for longest makes room for another.
struct ResidentModels: Sendable {
  struct Entry: Hashable, Sendable {
    /// With its tag.
    let name: String
    let contextLength: Int
    let isReadyAt: ContinuousClock.Instant
    /// Nil is never.
    var expiresAt: ContinuousClock.Instant?
  }

  private let limit: Int
  /// How often a model was loaded.
  private(set) var loads = 0
  /// The one that was used last is last.
  private var entries: [Entry] = []

  init(limit: Int?) {
    self.limit = limit ?? .max
  }

  /// Uses a model, loads it if it is not there with this context, and answers how long that takes from now on.
  mutating func use(
    _ model: Scenario.Model,
    contextLength: Int,
    keepAlive: KeepAlive,
    now: ContinuousClock.Instant
  ) -> Duration {
    let name = canonicalModelName(model.name)
    let loaded = loadedModels(now: now).first { $0.name == name && $0.contextLength == contextLength }
    let readyAt = loaded?.isReadyAt ?? now + model.loadTime
    if loaded == nil { loads += 1 }
    let expiry: ContinuousClock.Instant? =
      switch keepAlive {
      case .forEver: nil
      case .duration(let duration): max(now, readyAt) + duration
      }
    entries.removeAll { $0.name == name }
    entries.append(Entry(name: name, contextLength: contextLength, isReadyAt: readyAt, expiresAt: expiry))
    entries.removeFirst(max(0, entries.count - limit))
    return max(.zero, readyAt - now)
  }

  mutating func unload(_ model: Scenario.Model) {
    entries.removeAll { $0.name == canonicalModelName(model.name) }
  }

  /// The models that are loaded, the one that was used last first.
  mutating func loadedModels(now: ContinuousClock.Instant) -> [Entry] {
    entries.removeAll { $0.expiresAt.map { $0 <= now } ?? false }
    return entries.reversed()
  }
}
