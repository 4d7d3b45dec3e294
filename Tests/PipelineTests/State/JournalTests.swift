import Pipeline
import SourceControl
import TestSupport
import Testing

@Suite struct JournalTests {
  private let store: StateManager
  private let sink = RecordingEventSink()
  private let journal: Journal

  init() throws {
    store = try StateManager(path: ":memory:")
    journal = Journal(store: store, sink: EventBus([sink]))
  }

  private static func warning(_ text: String) -> Event { .warning(MessageEvent(message: text)) }

  @Test func storesWhatWaitsBeforeWhatItWaitedFor() async throws {
    let record = RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits())
    journal.commitWithNext([.runStarted(record)], [Self.warning("first")])
    journal.commitWithNext([.spent(Spending(calls: 1))], [Self.warning("second")])
    #expect(await journal.state.run == nil)
    #expect(sink.events.isEmpty)
    try await journal.commit([.spent(Spending(calls: 2))], [Self.warning("third")])
    #expect(await journal.state.run?.spent.calls == 3)
    #expect(sink.events.map(\.event) == ["first", "second", "third"].map(Self.warning))
  }

  @Test func storesWhatWaitsOnce() async throws {
    journal.commitWithNext([], [Self.warning("only")])
    try await journal.commitWaiting()
    try await journal.commitWaiting()
    try await journal.commit([])
    #expect(sink.events.map(\.event) == [Self.warning("only")])
  }

  @Test func anEditCarriesWhatWaits() async throws {
    journal.commitWithNext([], [Self.warning("before")])
    var edit = StateEdit(await journal.state)
    edit.add(Self.warning("after"))
    try await journal.commit(edit)
    #expect(sink.events.map(\.event) == ["before", "after"].map(Self.warning))
  }
}
