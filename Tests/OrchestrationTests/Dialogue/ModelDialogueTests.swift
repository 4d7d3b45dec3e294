import Orchestration
import Pipeline
import Synchronization
import Testing

@Suite struct ModelDialogueTests {
  private func run(
    _ tools: [ScriptedModelTool],
    overseer: any Overseer = ApprovingOverseer(),
    turns: Int = 6
  ) async throws -> DialogueResult {
    let manager = ConversationManager(tools, overseer: overseer)
    let dialogue = ModelDialogue(manager: manager, between: "coding", and: "reasoning", turnLimit: turns)
    return try await dialogue.run("Which parser?")
  }

  /// A model that always says the same.
  private func parrot(_ role: String, _ text: String) -> ScriptedModelTool {
    ScriptedModelTool(role) { _, _ throws(ModelError) in .saying(text) }
  }

  /// A model that never says the same twice.
  private func chatterbox(_ role: String) -> ScriptedModelTool {
    ScriptedModelTool(role) { number, _ throws(ModelError) in .saying("\(role) \(number)") }
  }

  @Test func modelsAgree() async throws {
    let coding = ScriptedModelTool("coding", says: "By hand.", "AGREED\nBy hand, with tests.")
    let reasoning = ScriptedModelTool("reasoning", says: "**Agreed.**\n\nWith tests.")
    let result = try await run([coding, reasoning])
    #expect(result.outcome == .agreement("By hand, with tests."))
    #expect(result.turns.map(\.speaker) == ["coding", "reasoning", "coding"])
    #expect(result.turns.map(\.isAgreement) == [false, true, true])
  }

  @Test func eachIsToldTheQuestionOnceAndHearsTheOther() async throws {
    let (coding, reasoning) = (chatterbox("coding"), chatterbox("reasoning"))
    _ = try await run([coding, reasoning], turns: 4)
    #expect(
      coding.prompts[1].dropFirst() == [
        .user("[phase=dialogue role=coding attempt=1]\n\nWhich parser?"), .assistant("coding 1"),
        .user("[phase=dialogue role=coding attempt=3]\n\n`reasoning` says:\n\nreasoning 1"),
      ]
    )
    #expect(
      reasoning.prompts[0].last
        == .user(
          "[phase=dialogue role=reasoning attempt=2]\n\nThe question: Which parser?\n\n`coding` says:\n\ncoding 1"
        )
    )
    #expect(reasoning.prompts[1].first?.content.contains("Here you are `reasoning`") == true)
  }

  @Test func everyTurnIsInTheThreads() async throws {
    let manager = ConversationManager([chatterbox("coding"), chatterbox("reasoning")])
    let dialogue = ModelDialogue(manager: manager, between: "coding", and: "reasoning", turnLimit: 5)
    let result = try await dialogue.run("Which parser?", topic: "t3")
    var said: [String] = []
    for role in ["coding", "reasoning"] {
      let entries = try await manager.thread(ThreadName(role, topic: "t3")).entries
      #expect(entries.count { $0.mark == .task } == 1)
      said += entries.map(\.message).filter { $0.role == .assistant }.map(\.content)
    }
    #expect(Set(said) == Set(result.turns.map(\.text)))
    #expect(result.turns.count == 5)
  }

  @Test func turnsAreLimited() async throws {
    let heard = Mutex<[Int]>([])
    let manager = ConversationManager([chatterbox("coding"), chatterbox("reasoning")])
    let dialogue = ModelDialogue(manager: manager, between: "coding", and: "reasoning", turnLimit: 7)
    let result = try await dialogue.run("Which parser?") { turn in heard.withLock { $0.append(turn.number) } }
    #expect(result.outcome == .turnLimit)
    #expect(heard.withLock { $0 } == Array(1...7))
  }

  @Test func agreementInWordsAloneEndsAsRepetition() async throws {
    let result = try await run([parrot("coding", "I agree!"), parrot("reasoning", "I agree!")], turns: 100)
    #expect(result.outcome == .stopped("They only repeat themselves."))
    #expect(result.turns.count == 4)
  }

  @Test func whoSpeaksFirstHasNobodyToAgreeWith() async throws {
    let result = try await run([parrot("coding", "AGREED\nx"), parrot("reasoning", "AGREED\ny")])
    #expect(result.outcome == .agreement("x"))
    #expect(result.turns.count == 3)
  }

  @Test(arguments: ["I AGREED to nothing.", "AGREEDY", "Well.\nAGREED", ""])
  func otherWordsAreNoAgreement(text: String) async throws {
    let coding = ScriptedModelTool("coding", says: "a", text, "b")
    let result = try await run([coding, ScriptedModelTool("reasoning", says: "AGREED", "c")], turns: 4)
    #expect(result.outcome == .turnLimit)
  }

  @Test func aSilentModelIsAskedOnceMore() async throws {
    let coding = ScriptedModelTool("coding", says: " ", "Here.")
    let result = try await run([coding, parrot("reasoning", "Good.")], turns: 3)
    #expect(result.turns.map(\.text) == ["", "Here.", "Good."])
    #expect(coding.prompts[1].last?.content.hasSuffix("(Your last answer was empty. Answer in words.)") == true)
    #expect(result.outcome == .turnLimit)
  }

  @Test func lastingSilenceIsAFailure() async throws {
    let result = try await run([parrot("coding", "x"), parrot("reasoning", "")], turns: 100)
    #expect(result.outcome == .failure(.silent(participant: "reasoning")))
    #expect(result.turns.count == 3)
  }

  @Test func aModelThatFailsEndsTheDialogue() async throws {
    let gone = ModelError.transport(server: "s", message: "gone")
    let reasoning = ScriptedModelTool("reasoning") { _, _ throws(ModelError) in throw gone }
    let result = try await run([parrot("coding", "x"), reasoning])
    #expect(result.outcome == .failure(.model(gone, participant: "reasoning")))
    #expect(result.turns.count == 1)
  }

  @Test func cancellationIsNoOutcome() async throws {
    let coding = ScriptedModelTool("coding") { _, _ throws(ModelError) in throw .cancelled }
    await #expect(throws: CancellationError.self) { try await run([coding, parrot("reasoning", "x")]) }
  }

  @Test func anAnswerThatWasCutSaysSo() async throws {
    let coding = ScriptedModelTool("coding") { _, _ throws(ModelError) in .saying("To begin", finish: .length) }
    let reasoning = ScriptedModelTool("reasoning", says: "x")
    _ = try await run([coding, reasoning], turns: 2)
    #expect(reasoning.prompts[0].last?.content.hasSuffix("To begin\n\n[The answer was cut here.]") == true)
  }

  @Test func theOverseerEndsIt() async throws {
    let end = Oversight.Conclusion(isAgreement: true, summary: "By hand.")
    let overseer = ScriptedOverseer { $0.turn == 2 ? .stop(end) : .approve }
    let result = try await run([chatterbox("coding"), chatterbox("reasoning")], overseer: overseer)
    #expect(result.outcome == .agreement("By hand."))
    #expect(result.turns.count == 2)
  }

  @Test func theOverseerChangesWhatIsHeard() async throws {
    let (coding, reasoning) = (chatterbox("coding"), chatterbox("reasoning"))
    let overseer = ScriptedOverseer { $0.turn == 1 ? .modify("Compare the costs.") : .approve }
    let result = try await run([coding, reasoning], overseer: overseer, turns: 2)
    #expect(reasoning.prompts[0].last?.content.hasSuffix("`coding` says:\n\nCompare the costs.") == true)
    #expect(result.turns[0].text == "coding 1")
  }

  @Test func aThirdAnswersTheOneWhoWasPassedOver() async throws {
    let tools = ["coding", "reasoning", "analysis"].map { chatterbox($0) }
    let overseer = ScriptedOverseer { $0.turn == 1 ? .redirect(to: "analysis") : .approve }
    let result = try await run(tools, overseer: overseer, turns: 4)
    #expect(result.turns.map(\.speaker) == ["coding", "analysis", "reasoning", "coding"])
    #expect(tools[2].prompts[0].last?.content.contains("The question: Which parser?") == true)
    #expect(tools[1].prompts[0].last?.content.contains("`analysis` says:") == true)
  }

  @Test(arguments: ["analysis", "reasoning", "coding", "nobody"])
  func anOverseerWhoRedirectsForEverChangesNoLimit(target: String) async throws {
    let tools = ["coding", "reasoning", "analysis"].map { chatterbox($0) }
    let overseer = ScriptedOverseer { _ in .redirect(to: target) }
    let result = try await run(tools, overseer: overseer, turns: 20)
    #expect(result.outcome == .turnLimit)
    #expect(result.turns.count == 20)
    let spoke = Set(result.turns.map(\.speaker))
    #expect(spoke == (target == "analysis" ? ["coding", "reasoning", "analysis"] : ["coding", "reasoning"]))
  }

  @Test func aChangedMessageIsNoAgreement() async throws {
    let overseer = ScriptedOverseer { $0.turn == 2 ? .modify("Not yet.") : .approve }
    let tools = [parrot("coding", "AGREED\nx"), parrot("reasoning", "AGREED\ny")]
    let result = try await run(tools, overseer: overseer, turns: 9)
    #expect(result.turns.count == 4)
    #expect(result.outcome == .agreement("y"))
  }
}
