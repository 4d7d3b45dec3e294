@unsafe @preconcurrency import Glibc
import Persistence
package import Pipeline
package import SourceControl

/// Hands the whole state of a project out, and takes one in.
package struct StateDesk: Sendable {
  private let project: String
  private let folder: StateFolder
  private let mask: SecretMask
  private let command: String

  /// Takes the project's folder, and what the lock is to say is at work.
  package init(project: String, mask: SecretMask, command: String) {
    self.project = project
    folder = StateFolder(ofProject: project)
    self.mask = mask
    self.command = command
  }

  /// What became of an import.
  package struct Report: Hashable, Sendable {
    package var summary: StateFile.Summary
    /// The database that holds the state of before, if there was one.
    package var kept: String?
    /// Checkpoints that the state referred to and that this project does not have.
    package var forgotten: [SnapshotID]
  }

  /// Writes the state to a file, also while a run is at work.
  ///
  /// Throws `RunRefusal` where there is none, and where the file cannot be written.
  package func export(to path: String) async throws -> StateFile.Summary {
    try await Self.refusing {
      guard let reader = try JournalReader.open(folder), try !reader.isEmpty() else {
        throw RunRefusal(.configuration, "There was no run in this project yet, so there is no state to write.")
      }
      guard try !reader.hasOpenRollback() else {
        throw RunRefusal(.conflict, "A rollback is under way. Write the state when it has ended.")
      }
      return try StateFile(path: path).write(reader, checkpoints: checkpoints(), mask: mask)
    }
  }

  /// Puts the state from a file in the place of the project's, whole or not at all.
  ///
  /// A state that is there is replaced only if `replacing` is true, and kept beside the new one. Throws `RunRefusal` where
  /// it is not to be, where a run is at work, and where the file is not whole and sound.
  package func takeOver(_ path: String, replacing: Bool) async throws -> Report {
    try await Self.refusing {
      // Before a large file is read for nothing; what counts is the look under the lock.
      try refuseOthersState(replacing)
      if let holder = LockHolder.current(in: folder.path) {
        let name = holder.command.map { "'\($0)'" } ?? "another process"
        throw RunRefusal(.conflict, "A run is at work on this project (\(name)). Wait for it or stop it.")
      }
      let state = try StateFile(path: path).read()
      try folder.make()
      let lock = try ProjectLock(folder: folder.path, command: command)
      defer { withExtendedLifetime(lock) {} }
      try refuseOthersState(replacing)
      let kept = try keepState()
      let own = try checkpoints()
      let known = Set(state.checkpoints.filter { own[$0.key] == $0.value }.keys)
      let forgotten = try state.staged.checkpoints().subtracting(known)
      try state.staged.dropCheckpoints(except: known)
      try state.staged.replace(stateIn: folder)
      return Report(summary: state.summary, kept: kept, forgotten: forgotten.sorted())
    }
  }

  private func checkpoints() throws -> [SnapshotID: ObjectID] {
    let snapshots = try SnapshotStore.listing(in: "\(project)/.autonomy/checkpoints").snapshots
    return Dictionary(snapshots.map { ($0.id, $0.commit) }) { $1 }
  }

  private func refuseOthersState(_ replacing: Bool) throws {
    guard !replacing, let reader = try JournalReader.open(folder), try !reader.isEmpty() else { return }
    let run = try reader.state().run.map { " (run '\($0.id)')" } ?? ""
    throw RunRefusal(
      .configuration,
      "This project has a state already\(run). '--replace' puts the file's in its place and keeps the present one beside it."
    )
  }

  /// Copies the present state to a database of its own, and answers its path; nil where there is nothing to keep.
  private func keepState() throws -> String? {
    guard let reader = try JournalReader.open(folder), try !reader.isEmpty() else { return nil }
    var number = 1
    var path: String { "\(folder.path)/state-before-import-\(number).db" }
    while unsafe access(path, F_OK) == 0 { number += 1 }
    let copy = try Connection(path: path)
    try copy.executeScript("PRAGMA synchronous = FULL")
    try Connection(path: folder.database, access: .readOnly).copy(to: copy)
    return path
  }

  private static func refusing<T>(_ body: () async throws -> T) async throws -> T {
    try await RunFactory.refusing {
      do {
        return try await body()
      } catch let error as StateFileError {
        throw RunRefusal(.configuration, error.description)
      } catch let error as JournalError {
        throw RunRefusal(.environment, error.description)
      }
    }
  }
}
