import Pipeline
import SourceControl

/// A real store with something in the way of its commits.
struct DisturbedStore: StateStore {
  let store: StateManager
  /// Called before every commit; what it throws keeps the commit from happening.
  let beforeCommit: @Sendable () throws -> Void

  var state: PipelineState { store.state }

  func commit(
    _ changes: [StateChange],
    _ events: [Event],
    recording recorder: RunRecorder?
  ) async throws -> [StoredEvent] {
    try beforeCommit()
    return try await store.commit(changes, events, recording: recorder)
  }

  func repeats(on progress: String) async throws -> [Action: Int] { try await store.repeats(on: progress) }
  func transcript(of step: Int) async throws -> [TranscriptEntry] { try await store.transcript(of: step) }
  func knownFiles() -> [ProjectPath: ObjectID] { store.knownFiles() }
  func blob(_ id: ObjectID) async throws -> [UInt8]? { try await store.blob(id) }
  func pendingRollback() async throws -> RollbackRecord? { try await store.pendingRollback() }
  func lastRollback() async throws -> RollbackRecord? { try await store.lastRollback() }
  func lastRollbackByUser() async throws -> RollbackRecord? { try await store.lastRollbackByUser() }
  func events(of kinds: [Event.Kind]) async throws -> [StoredEvent] { try await store.events(of: kinds) }
  func checkpointsMade() async throws -> [SnapshotID: Int] { try await store.checkpointsMade() }
  func unappliedAnswers() async throws -> [Question] { try await store.unappliedAnswers() }
}
