import Pipeline
import SourceControl
import TestSupport
import Testing

/// What every store must do, the one on SQLite and the one in memory alike.
@Suite struct StateStoreTests {
  enum Kind: CaseIterable {
    case database
    case memory

    func make() throws -> any StateStore {
      switch self {
      case .database: try StateManager(path: ":memory:")
      case .memory: InMemoryStateStore()
      }
    }
  }

  private static let record = RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits(calls: 3))
  private static let task = TaskRecord(id: TaskID(number: 1), description: "Build", targets: ["a.txt"], order: 0)

  @Test(arguments: Kind.allCases)
  func appliesChangesInOrder(kind: Kind) async throws {
    let store = try kind.make()
    try await store.commit(
      [.runStarted(Self.record), .taskAdded(Self.task, attempts: 2), .taskMoved(TaskID(number: 1), .coded)],
      []
    )
    let state = await store.state
    #expect(state.run == Self.record)
    #expect(state.task(TaskID(number: 1))?.status == .inReview)
    #expect(state.attemptsLeft(TaskID(number: 1)) == 2)
  }

  @Test(arguments: Kind.allCases)
  func anIllegalTransitionChangesNothing(kind: Kind) async throws {
    let store = try kind.make()
    try await store.commit([.taskAdded(Self.task, attempts: 2)], [])
    let before = await store.state
    await #expect(throws: IllegalTransition.self) {
      try await store.commit([.attemptDrawn(TaskID(number: 1)), .taskMoved(TaskID(number: 1), .approved)], [])
    }
    #expect(await store.state == before)
  }

  @Test(arguments: Kind.allCases)
  func aTaskCannotBeGivenAnotherStatusByTheBackDoor(kind: Kind) async throws {
    let store = try kind.make()
    try await store.commit([.taskAdded(Self.task, attempts: 1), .taskMoved(TaskID(number: 1), .coded)], [])
    await #expect(throws: IllegalTransition.self) { try await store.commit([.taskUpdated(Self.task)], []) }
  }

  @Test(arguments: Kind.allCases)
  func countsRepeatsOfClosedSteps(kind: Kind) async throws {
    let store = try kind.make()
    let action = Action.phase(.coding, TaskID(number: 1))
    for number in 1...3 {
      let decision = Decision(action: action, reason: "r", maker: "rules")
      let step = OpenStep(number: number, decision: decision, progress: "p", baseTree: .emptyTree)
      try await store.commit([.stepOpened(step)], [])
      try await store.commit([.stepClosed(number)], [])
    }
    #expect(try await store.repeats(on: "p") == [action: 3])
    #expect(try await store.repeats(on: "q").isEmpty)
    #expect(await store.state.openSteps.isEmpty)
  }

  @Test(arguments: Kind.allCases)
  func numbersEventsWithoutGaps(kind: Kind) async throws {
    let store = try kind.make()
    let event = Event.warning(MessageEvent(message: "m"))
    let first = try await store.commit([.runStarted(Self.record)], [event, event])
    let second = try await store.commit([], [event])
    #expect((first + second).map(\.sequence) == [1, 2, 3])
    #expect(second.first?.run == RunID(number: 1))
  }

  @Test(arguments: Kind.allCases)
  func keepsTranscriptsKnownFilesAndContents(kind: Kind) async throws {
    let store = try kind.make()
    let id = try ObjectID(blob: Array("x".utf8))
    let entries = [
      TranscriptEntry(.system("s")), TranscriptEntry(.user("u"), rejection: "no", shown: ["a.txt": id]),
    ]
    try await store.commit([.transcriptAppended(step: 1, entries), .filesKnown(["a": id, "b": id])], [])
    try await store.commit([.filesKnown(["b": nil]), .blobKept(id, Array("x".utf8))], [])
    #expect(try await store.transcript(of: 1) == entries)
    #expect(try await store.knownFiles() == ["a": id])
    #expect(try await store.blob(id) == Array("x".utf8))
  }
}
