import Persistence
import Pipeline

/// A rollback that was begun by a process that is gone.
package struct InterruptedRollback: Sendable {
  private let project: String

  package init(project: String) {
    self.project = project
  }

  /// Carries the rollback to its end, if there is one and nobody else is at work on the project; true if it did.
  package func finish(environment: [String: String]) async throws -> Bool {
    guard try isPending() else { return false }
    // A mistake in the configuration is no reason to leave the project between two states.
    let configuration = (try? Configuration.load(project: project, environment: environment)) ?? Configuration()
    do {
      // Opening the checkpoints ends it.
      return try await CheckpointDesk(project: project, configuration: configuration, command: "autonomy rollback")
        .use { _ in true }
    } catch let error as RunRefusal where error.outcome == .conflict {
      return false
    }
  }

  private func isPending() throws -> Bool {
    let folder = StateFolder(ofProject: project)
    guard folder.exists else { return false }
    do {
      let connection = try Connection(path: folder.database, access: .readOnly)
      guard try connection.userVersion() >= 2 else { return false }
      return try connection.value("SELECT 1 FROM rollback WHERE is_done = 0") != nil
    } catch is UnusableDatabase {
      // Whoever opens the state next says what is wrong with it.
      return false
    } catch is DatabaseError {
      return false
    }
  }
}
