import Persistence
import Pipeline
import SourceControl

/// A rollback that was begun by a process that is gone.
package struct InterruptedRollback: Sendable {
  private let project: String

  package init(project: String) {
    self.project = project
  }

  /// Ends the rollback, if there is one and nobody else is at work on the project, and answers how.
  package func finish(environment: [String: String]) async throws -> RollbackEnding? {
    guard try isPending() || hasLitter else { return nil }
    // A mistake in the configuration is no reason to leave the project between two states.
    let configuration = (try? Configuration.load(project: project, environment: environment)) ?? Configuration()
    do {
      return try await CheckpointDesk(project: project, configuration: configuration, command: "autonomy rollback")
        .settle()
    } catch let error as RunRefusal where error.outcome == .conflict {
      return nil
    }
  }

  /// Whether a rollback was cut off before it changed anything, so that only its copies are to be removed.
  private var hasLitter: Bool { SnapshotStore.hasStagedFiles(in: "\(project)/.autonomy/checkpoints") }

  private func isPending() throws -> Bool {
    let folder = StateFolder(ofProject: project)
    do {
      guard try folder.exists() else { return false }
      let connection = try Connection(path: folder.database, access: .readOnly)
      guard try connection.userVersion() >= 2 else { return false }
      return try connection.value("SELECT 1 FROM rollback WHERE is_done = 0") != nil
    } catch is ProjectFolderError {
      return false
    } catch is UnusableDatabase {
      // Whoever opens the state next says what is wrong with it.
      return false
    } catch is DatabaseError {
      return false
    }
  }
}
