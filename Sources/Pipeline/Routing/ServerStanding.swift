/// How the servers stand at a moment, as far as a choice between their models depends on it.
package struct ServerStanding: Hashable, Codable, Sendable {
  /// The servers that do not answer, in order.
  package var silent: [String]
  /// The models that are loaded, as `name@server`, in order.
  package var resident: [String]
  /// The models that gave no answer when they were asked last, as `name@server`, in order; nil where there are none.
  package var failing: [String]?

  package init(silent: [String] = [], resident: [String] = [], failing: [String]? = nil) {
    self.silent = silent
    self.resident = resident
    self.failing = failing
  }
}

/// Knows how the servers stand.
package protocol ServerWatching: Sendable {
  /// Throws only where a record ends from which it is known.
  func standing() async throws -> ServerStanding
}

/// Asks the servers, and puts what they say on record.
package struct ServerWatch: ServerWatching {
  private let directory: ModelDirectory
  private let health: ModelHealth?
  private let recorder: RunRecorder?

  /// Takes who hears of models that give no answer.
  package init(directory: ModelDirectory, health: ModelHealth?, recorder: RunRecorder?) {
    self.directory = directory
    self.health = health
    self.recorder = recorder
  }

  package func standing() async -> ServerStanding {
    var standing = await directory.standing()
    if let failing = health?.failing, !failing.isEmpty { standing.failing = failing }
    recorder?.note(.standing(standing))
    return standing
  }
}
