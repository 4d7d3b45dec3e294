/// The store and its readers as one thing: what is committed is also heard of.
package struct Journal: Sendable {
  package let store: any StateStore
  /// What came from outside and is not stored yet; absent where nothing is to be recorded.
  package let recorder: RunRecorder?
  private let sink: any EventSink

  package init(store: any StateStore, sink: any EventSink, recorder: RunRecorder? = RunRecorder()) {
    self.store = store
    self.sink = sink
    self.recorder = recorder
  }

  package var state: PipelineState {
    get async { await store.state }
  }

  /// Commits, with what was recorded since, and then tells the sinks; a sink can neither veto nor fail a commit.
  package func commit(_ changes: [StateChange], _ events: [Event] = []) async throws {
    let stored = try await store.commit(changes + (recorder?.drain() ?? []), events)
    if !stored.isEmpty { await sink.receive(stored) }
  }

  /// Commits an edit of the state, if it holds anything.
  package func commit(_ edit: StateEdit) async throws {
    guard !edit.changes.isEmpty || !edit.events.isEmpty else { return }
    try await commit(edit.changes, edit.events)
  }
}
