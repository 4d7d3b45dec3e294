/// How the servers stand at a moment, as far as a choice between their models depends on it.
package struct ServerStanding: Hashable, Codable, Sendable {
  /// The servers that do not answer, in order.
  package var silent: [String]
  /// The models that are loaded, as `name@server`, in order.
  package var resident: [String]

  package init(silent: [String] = [], resident: [String] = []) {
    self.silent = silent
    self.resident = resident
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
  private let recorder: RunRecorder?

  package init(directory: ModelDirectory, recorder: RunRecorder?) {
    self.directory = directory
    self.recorder = recorder
  }

  package func standing() async -> ServerStanding {
    let standing = await directory.standing()
    recorder?.note(.standing(standing))
    return standing
  }
}
