import Persistence
import Pipeline
import TestSupport
import Testing

/// What is said of a journal of which a part cannot be read.
@Suite struct DamagedJournalTests {
  private let folder: TemporaryDirectory
  private let state: StateFolder

  init() async throws {
    folder = try TemporaryDirectory()
    state = StateFolder(ofProject: folder.path)
    try state.make()
    let store = try StateManager(path: state.database)
    _ = try await store.commit(
      [.transcriptAppended(step: 3, [TranscriptEntry(Message(role: .user, content: "Hello."))])],
      [.phaseStarted(PhaseStartedEvent(step: 3, phase: .coding, role: "coding", model: "m"))]
    )
  }

  private func read(_ body: (JournalReader) throws -> Void) -> JournalError? {
    #expect(throws: JournalError.self) { try body(try #require(try JournalReader.open(state))) }
  }

  @Test func anEventIsNamedWithItsStep() throws {
    try Connection(path: state.database).executeScript("UPDATE event SET payload = replace(payload, 'type', 'tXpe')")
    #expect(read { _ = try $0.events() }?.description.hasPrefix("Event 1 of the journal, of step 3, cannot be") == true)
  }

  @Test func aTranscriptIsNamedByItsStep() throws {
    try Connection(path: state.database).executeScript("UPDATE transcript SET entry = '{'")
    let error = read { _ = try $0.transcript(of: 3) }
    #expect(error?.description.hasPrefix("What was said in step 3 cannot be read") == true)
  }
}
