import Persistence
import Pipeline
import SourceControl

extension RunFactory {
  /// Turns what keeps a run from beginning into a refusal with the right outcome.
  static func refusing<T>(_ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch {
      throw refusal(of: error)
    }
  }

  private static func refusal(of error: any Error) -> any Error {
    switch error {
    case let error as ProjectLocked: RunRefusal(.conflict, "\(error)")
    case let error as ProjectFolderError: RunRefusal(.environment, "\(error)")
    case let error as UnusableDatabase: RunRefusal(.environment, "\(error)")
    case let error as DatabaseError where error.isEnvironmental: RunRefusal(.environment, "\(error)")
    case let error as WorkspaceError where error.code == .environment: RunRefusal(.environment, "\(error)")
    case SnapshotError.locked: RunRefusal(.conflict, "\(error)")
    case SnapshotError.unknown: RunRefusal(.configuration, "\(error)")
    case let error as SnapshotError: RunRefusal(.environment, "\(error)")
    case let error as UnreadableProject: RunRefusal(.environment, "\(error)")
    case let error as LibGit2Error: RunRefusal(.environment, "\(error)")
    case let error as RollbackRefused:
      RunRefusal(
        error.conflicts.isEmpty ? .configuration : .conflict,
        error.description,
        conflicts: error.conflicts
      )
    case let error as RollbackFailed: RunRefusal(.environment, error.description)
    case let error as SandboxError: RunRefusal(.environment, "\(error)")
    default: error
    }
  }
}
