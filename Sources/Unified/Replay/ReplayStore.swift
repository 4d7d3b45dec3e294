import Pipeline
import SourceControl

/// A store that takes in only what the record says.
struct ReplayStore: StateStore {
  let store: StateManager
  let tape: ReplayTape

  var state: PipelineState { store.state }

  func commit(
    _ changes: [StateChange],
    _ events: [Event],
    recording recorder: RunRecorder?
  ) async throws -> [StoredEvent] {
    let (changes, events) = try await tape.play(changes, events)
    return try await store.commit(changes, events, recording: recorder)
  }

  func repeats(on progress: String) async throws -> [Action: Int] { try await store.repeats(on: progress) }

  func transcript(of step: Int) async throws -> [TranscriptEntry] { try await store.transcript(of: step) }

  func knownFiles() async throws -> [ProjectPath: ObjectID] { store.knownFiles() }

  func blob(_ id: ObjectID) async throws -> [UInt8]? { try await store.blob(id) }

  func pendingRollback() async throws -> RollbackRecord? { try await store.pendingRollback() }

  func lastRollback() async throws -> RollbackRecord? { try await store.lastRollback() }

  func lastRollbackByUser() async throws -> RollbackRecord? { try await store.lastRollbackByUser() }

  func events(of kinds: [Event.Kind]) async throws -> [StoredEvent] { try await store.events(of: kinds) }

  func checkpointsMade() async throws -> [SnapshotID: Int] { try await store.checkpointsMade() }

  func unappliedAnswers() async throws -> [Question] {
    await tape.turn(before: .commit)
    return tape.answers().map { answer in
      let text = store.state.questions.first { $0.id == answer.id }?.text ?? ""
      return Question(id: answer.id, task: answer.task, text: text, answer: answer.text)
    }
  }
}
