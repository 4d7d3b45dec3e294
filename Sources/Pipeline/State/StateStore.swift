package import SourceControl

/// The one owner of a project's state and journal.
package protocol StateStore: Sendable {
  /// The state after the last commit.
  var state: PipelineState { get async }

  /// Writes changes, the events that describe them and what was recorded in one transaction: all or nothing, and the
  /// only write.
  ///
  /// What `recorder` has collected is taken from it when it is written, so that the record has the order of the journal.
  /// Throws `DatabaseError`, and `IllegalTransition` where a change breaks the rules; then nothing has changed.
  @discardableResult
  func commit(
    _ changes: [StateChange],
    _ events: [Event],
    recording recorder: RunRecorder?
  ) async throws -> [StoredEvent]

  /// How often each action was carried out on the progress with this key.
  func repeats(on progress: String) async throws -> [Action: Int]

  /// The conversation of a step, in order.
  func transcript(of step: Int) async throws -> [TranscriptEntry]

  /// The files as they were when they were last known, by path.
  func knownFiles() async throws -> [ProjectPath: ObjectID]

  /// A content that was kept with `blobKept`, or nil.
  func blob(_ id: ObjectID) async throws -> [UInt8]?

  /// The rollback that was begun and not ended.
  func pendingRollback() async throws -> RollbackRecord?

  /// The rollback that was begun last, ended or not.
  func lastRollback() async throws -> RollbackRecord?

  /// The rollback that the user began last, ended or not.
  func lastRollbackByUser() async throws -> RollbackRecord?

  /// The events of some kinds, in order.
  func events(of kinds: [Event.Kind]) async throws -> [StoredEvent]

  /// The checkpoints that the journal tells of, with the seconds since 1970 when they were taken.
  func checkpointsMade() async throws -> [SnapshotID: Int]

  /// Answers that the user gave since, also through another process, and that no task has seen.
  func unappliedAnswers() async throws -> [Question]
}

extension StateStore {
  /// Writes changes and the events that describe them, where nothing is recorded.
  @discardableResult
  package func commit(_ changes: [StateChange], _ events: [Event]) async throws -> [StoredEvent] {
    try await commit(changes, events, recording: nil)
  }
}
