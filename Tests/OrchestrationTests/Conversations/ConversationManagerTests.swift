import JSON
import Orchestration
import Pipeline
import Synchronization
import Testing

@Suite struct ConversationManagerTests {
  /// A store that is only a dictionary, and fails where it is told to.
  private final class MemoryStore: ConversationStore {
    struct Full: Error {}

    private let threads = Mutex<[ThreadName: [ConversationEntry]]>([:])
    private let isFull: Bool

    init(isFull: Bool = false) {
      self.isFull = isFull
    }

    func append(_ entries: [ConversationEntry], to thread: ThreadName) async throws {
      guard !isFull else { throw Full() }
      threads.withLock { $0[thread, default: []] += entries }
    }

    func thread(_ name: ThreadName) async throws -> ConversationThread {
      ConversationThread(name: name, entries: threads.withLock { $0[name] ?? [] })
    }

    func threadNames() async throws -> [ThreadName] { threads.withLock { Array($0.keys) } }
  }

  private let letter = Letter(from: "reasoning", to: "coding", "How?", purpose: "dialogue")

  @Test func aModelIsShownItsThreadAndTheAnswerIsKept() async throws {
    let coding = ScriptedModelTool("coding", says: "So.", "And so.")
    let manager = ConversationManager([coding]) { Timestamp(milliseconds: 5) }
    try await manager.instruct(ThreadName("coding"), "Be brief.")
    try await manager.deliver(letter)
    let second = Letter(to: "coding", "Further?", purpose: "dialogue", turn: 2)
    #expect(try await manager.deliver(second).content == "And so.")
    #expect(
      coding.prompts.last == [
        .system("Be brief."), .user("[phase=dialogue role=coding attempt=1]\n\n`reasoning` says:\n\nHow?"),
        .assistant("So."), .user("[phase=dialogue role=coding attempt=2]\n\nFurther?"),
      ]
    )
    let entries = try await manager.thread(ThreadName("coding")).entries
    #expect(entries.count == 5)
    #expect(entries[1].metadata["from"] == "reasoning")
    #expect(entries[2].metadata["model"] == "m:latest")
    #expect(entries.allSatisfy { $0.time == Timestamp(milliseconds: 5) })
  }

  @Test func anInstructionIsGivenOnce() async throws {
    let manager = ConversationManager([ScriptedModelTool("coding")])
    for text in ["a", "a", "b"] { try await manager.instruct(ThreadName("coding"), text) }
    #expect(try await manager.thread(ThreadName("coding")).entries.map(\.message.content) == ["a", "b"])
  }

  @Test func topicsAreKeptApart() async throws {
    let coding = ScriptedModelTool("coding", says: "1", "2")
    let manager = ConversationManager([coding])
    try await manager.deliver(Letter(to: "coding", "x", purpose: "p", topic: "t1"))
    try await manager.deliver(Letter(to: "coding", "y", purpose: "p", topic: "t2"))
    #expect(coding.prompts.map(\.count) == [1, 1])
    #expect(await manager.statistics.messages.count == 2)
  }

  @Test func historyOutlivesTheManager() async throws {
    let store = MemoryStore()
    let first = ConversationManager([ScriptedModelTool("coding", says: "So.")], store: store)
    try await first.instruct(ThreadName("coding"), "Be brief.")
    try await first.deliver(letter)
    let coding = ScriptedModelTool("coding", says: "Again.")
    let second = ConversationManager([coding], store: store)
    try await second.instruct(ThreadName("coding"), "Be brief.")
    try await second.deliver(letter)
    #expect(coding.prompts[0].map(\.role) == [.system, .user, .assistant, .user])
    let kept = try await store.thread(ThreadName("coding"))
    #expect(kept == (try await second.thread(ThreadName("coding"))))
  }

  @Test func aStoreThatFailsIsAnError() async throws {
    let manager = ConversationManager([ScriptedModelTool("coding", says: "So.")], store: MemoryStore(isFull: true))
    let error = await #expect(throws: ConversationError.self) { try await manager.deliver(letter) }
    guard case .store = error else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  @Test(arguments: ["", " \n\t"])
  func aSilentAnswerLeavesNoTrace(text: String) async throws {
    let manager = ConversationManager([ScriptedModelTool("coding", says: text)])
    await #expect(throws: ConversationError.silent(participant: "coding")) { try await manager.deliver(letter) }
    #expect(try await manager.thread(ThreadName("coding")).entries.isEmpty)
    #expect(await manager.statistics.failed == 1)
  }

  @Test func nobodyOfThatNameIsAnError() async {
    let manager = ConversationManager([ScriptedModelTool("reasoning")])
    await #expect(throws: ConversationError.unknownParticipant("coding")) { try await manager.deliver(letter) }
  }

  @Test func theOverseerApprovesModifiesAndRedirects() async throws {
    let (coding, analysis) = (ScriptedModelTool("coding", says: "a", "b"), ScriptedModelTool("analysis", says: "c"))
    let overseer = ScriptedOverseer { letter in
      switch letter.turn {
      case 1: .approve
      case 2: .modify("Really?")
      default: .redirect(to: "analysis")
      }
    }
    let manager = ConversationManager([coding, analysis], overseer: overseer)
    var answerers: [String] = []
    for turn in 1...3 {
      var letter = letter
      letter.turn = turn
      guard case .answered(_, let role, _) = try await manager.route(letter) else { continue }
      answerers.append(role)
    }
    #expect(answerers == ["coding", "coding", "analysis"])
    #expect(coding.prompts[1].last?.content.hasSuffix("Really?") == true)
    #expect(analysis.prompts[0].last?.content.hasPrefix("[phase=dialogue role=analysis attempt=3]") == true)
    let statistics = await manager.statistics
    #expect([statistics.approved, statistics.modified, statistics.redirected, statistics.answered] == [1, 1, 1, 3])
    let kept = try await manager.thread(ThreadName("analysis")).entries[0]
    #expect(kept.metadata["oversight"] == "redirected")
  }

  @Test func theOverseerCanHoldALetterBack() async throws {
    let conclusion = Oversight.Conclusion(isAgreement: false, summary: "Enough.")
    let coding = ScriptedModelTool("coding")
    let manager = ConversationManager([coding], overseer: ScriptedOverseer { _ in .stop(conclusion) })
    #expect(try await manager.route(letter) == .stopped(conclusion))
    #expect(coding.prompts.isEmpty)
  }

  @Test(arguments: [.redirect(to: "nobody"), .redirect(to: "reasoning"), .modify(" ")] as [Oversight.Ruling])
  func aRulingThatCannotBeCarriedOutLetsTheLetterPass(ruling: Oversight.Ruling) async throws {
    let coding = ScriptedModelTool("coding", says: "a")
    let manager = ConversationManager(
      [coding, ScriptedModelTool("reasoning")],
      overseer: ScriptedOverseer { _ in ruling }
    )
    guard case .answered(_, "coding", let oversight) = try await manager.route(letter) else {
      return #expect(Bool(false), "The letter was not delivered.")
    }
    #expect(oversight.ruling == .approve && oversight.fallback != nil)
    #expect(await manager.statistics.fallbacks == 1)
  }

  @Test func aBroadcastAsksAllAtOnceAndKeepsTheOrder() async throws {
    let arrived = AsyncStream.makeStream(of: Void.self)
    let waiting = Mutex(0)
    // Each answers only when the other was asked too.
    @Sendable func both() async {
      if waiting.withLock({
        $0 += 1
        return $0 == 2
      }) {
        arrived.continuation.finish()
      }
      for await _ in arrived.stream {}
    }
    let first = ScriptedModelTool("coding") { _, _ throws(ModelError) in
      await both()
      return .saying("a")
    }
    let second = ScriptedModelTool("reasoning") { _, _ throws(ModelError) in
      await both()
      throw .transport(server: "s", message: "gone")
    }
    let manager = ConversationManager([first, second])
    let answers = await manager.broadcast(
      Letter(to: "", "All of you?", purpose: "poll"),
      to: ["reasoning", "coding", "nobody"]
    )
    #expect(answers.map(\.role) == ["reasoning", "coding", "nobody"])
    #expect(try answers[1].answer.get().content == "a")
    #expect(
      answers[0].answer
        == .failure(.model(.transport(server: "s", message: "gone"), participant: "reasoning"))
    )
    #expect(answers[2].answer == .failure(.unknownParticipant("nobody")))
    #expect(await manager.statistics.broadcasts == 1)
  }

  @Test func aLongThreadIsShortenedForTheModelAndKeptWhole() async throws {
    let coding = ScriptedModelTool("coding", window: 2048) { _, _ throws(ModelError) in
      .saying(String(repeating: "word ", count: 200))
    }
    let manager = ConversationManager([coding])
    for turn in 1...12 { try await manager.deliver(Letter(to: "coding", "Go on.", purpose: "p", turn: turn)) }
    #expect(try await manager.thread(ThreadName("coding")).entries.count == 24)
    #expect(coding.prompts.last.map { $0.count < 12 } == true)
    #expect(await manager.statistics.shortened > 0)
  }
}
