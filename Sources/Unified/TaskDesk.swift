package import Pipeline

/// What the user may do with the tasks of a project while no run is at work on it.
package struct TaskDesk: Sendable {
  private let folder: StateFolder
  private let configuration: Configuration

  package init(project: String, configuration: Configuration) {
    folder = StateFolder(ofProject: project)
    self.configuration = configuration
  }

  /// Reopens tasks and what they had blocked, and journals it.
  ///
  /// Throws `TaskReopening.Refused`, and `RunRefusal` where a run is at work or the database cannot be used.
  package func reopen(_ selection: TaskReopening.Selection, command: String) async throws -> TaskReopening {
    guard try await RunFactory.refusing({ try folder.exists() }) else {
      throw RunRefusal(.configuration, "There was no run in this project yet, so there are no tasks.")
    }
    let lock = try await RunFactory.refusing { () throws -> ProjectLock in
      try ProjectLock(folder: folder.path, command: command)
    }
    defer { withExtendedLifetime(lock) {} }
    let store = try await RunFactory.refusing { () throws -> StateManager in
      try StateManager(path: folder.database, mask: configuration.secrets)
    }
    var edit = StateEdit(store.state)
    var reopening = TaskReopening(attempts: configuration.limits.taskAttempts)
    try reopening.apply(selection, to: &edit)
    let (changes, events) = (edit.changes, edit.events)
    try await RunFactory.refusing { _ = try await store.commit(changes, events) }
    return reopening
  }
}
