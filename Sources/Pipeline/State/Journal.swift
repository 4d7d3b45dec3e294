import Synchronization

/// The store and its readers as one thing: what is committed is also heard of.
package struct Journal: Sendable {
  package let store: any StateStore
  /// What came from outside and is not stored yet; absent where nothing is to be recorded.
  package let recorder: RunRecorder?
  private let bus: EventBus
  private let waiting = Waiting()

  package init(store: any StateStore, sink bus: EventBus, recorder: RunRecorder? = RunRecorder()) {
    self.store = store
    self.bus = bus
    self.recorder = recorder
  }

  package var state: PipelineState {
    get async { await store.state }
  }

  /// What is hidden before anything is recorded; a run that can be had again goes on with the same.
  package var secrets: SecretMask { recorder?.mask ?? SecretMask() }

  /// Commits, with what waits and what was recorded since, and then tells the sinks; a sink can neither veto nor fail
  /// a commit.
  package func commit(_ changes: [StateChange], _ events: [Event] = []) async throws {
    let first = waiting.take()
    bus.beginCommit()
    let stored: [StoredEvent]
    do {
      stored = try await store.commit(first.changes + changes + (recorder?.drain() ?? []), first.events + events)
    } catch {
      _ = await bus.publish([])
      throw error
    }
    let failures = await bus.publish(stored)
    // A result is the last word of a run.
    guard !failures.isEmpty, !events.contains(where: { $0.kind == .result }) else { return }
    try await commit([], failures.map { .warning(MessageEvent(message: "\($0)")) })
  }

  /// Commits an edit of the state, if it holds anything.
  package func commit(_ edit: StateEdit) async throws {
    guard !edit.changes.isEmpty || !edit.events.isEmpty else { return }
    try await commit(edit.changes, edit.events)
  }

  /// Keeps what the next commit stores before all else, because a transaction of its own would be wasted.
  ///
  /// For what is followed by a commit whatever happens, with no effect on anything outside before it. Until then the
  /// state does not show it, and who kills the program loses it.
  package func commitWithNext(_ changes: [StateChange], _ events: [Event] = []) {
    waiting.add(changes, events)
  }

  /// Commits what waits, if anything does.
  package func commitWaiting() async throws {
    if !waiting.isEmpty { try await commit([]) }
  }
}

/// What waits for the next commit, in order.
private final class Waiting: Sendable {
  private let entries = Mutex((changes: [StateChange](), events: [Event]()))

  var isEmpty: Bool { entries.withLock { $0.changes.isEmpty && $0.events.isEmpty } }

  func add(_ changes: [StateChange], _ events: [Event]) {
    entries.withLock { entries in
      entries.changes += changes
      entries.events += events
    }
  }

  func take() -> (changes: [StateChange], events: [Event]) {
    entries.withLock { entries in
      defer { entries = ([], []) }
      return entries
    }
  }
}
