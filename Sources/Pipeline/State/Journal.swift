import Synchronization

/// The store and its readers as one thing: what is committed is also heard of.
package struct Journal: Sendable {
  package let store: any StateStore
  /// What came from outside and is not stored yet; absent where nothing is to be recorded.
  package let recorder: RunRecorder?
  /// What steps that are under way at once are kept to; absent where they go on as it happens.
  package let order: (any StepOrdering)?
  private let bus: EventBus
  private let waiting = Waiting()

  package init(
    store: any StateStore,
    sink bus: EventBus,
    recorder: RunRecorder? = RunRecorder(),
    order: (any StepOrdering)? = nil
  ) {
    self.store = store
    self.bus = bus
    self.recorder = recorder
    self.order = order
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
    let (allChanges, allEvents) = (first.changes + changes, first.events + events)
    bus.beginCommit()
    let stored: [StoredEvent]
    do {
      stored = try await store.commit(allChanges, allEvents, recording: recorder)
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

  /// Keeps what the step's next commit stores before all else, because a transaction of its own would be wasted.
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

  /// To be called before a step looks at what all share and any of them may change.
  package func look() async throws {
    recorder?.noteLook()
    try await order?.look()
  }

  /// Makes what waits of a step wait for the loop's next commit, because the step commits nothing more.
  func takeOver(from step: Int) { waiting.move(from: step) }

  /// The same of all steps.
  func takeOverAll() { waiting.moveAll() }
}

/// What waits for the next commit of the step that goes on, in order.
private final class Waiting: Sendable {
  private typealias Entries = (changes: [StateChange], events: [Event])

  private let entries = Mutex<[Int: Entries]>([:])

  var isEmpty: Bool { entries.withLock { $0[UnderwayStep.number] == nil } }

  func add(_ changes: [StateChange], _ events: [Event]) {
    entries.withLock { entries in
      entries[UnderwayStep.number, default: ([], [])].changes += changes
      entries[UnderwayStep.number, default: ([], [])].events += events
    }
  }

  func take() -> (changes: [StateChange], events: [Event]) {
    entries.withLock { $0.removeValue(forKey: UnderwayStep.number) ?? ([], []) }
  }

  func move(from step: Int) {
    let moved = entries.withLock { $0.removeValue(forKey: step) }
    if let moved { add(moved.changes, moved.events) }
  }

  func moveAll() {
    for step in entries.withLock({ $0.keys.sorted() }) where step != UnderwayStep.number { move(from: step) }
  }
}
