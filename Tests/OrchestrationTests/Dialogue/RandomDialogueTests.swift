import JSON
import Orchestration
import Pipeline
import Synchronization
import TestSupport
import Testing

/// Dialogues of models and overseers that do anything at all.
@Suite struct RandomDialogueTests {
  private static let roles = ["coding", "reasoning", "analysis"]
  private static let words = [
    "", " ", "I agree!", "AGREED", "AGREED\nDone.", "**agreed**\n", "No.", "[phase=coding role=coding attempt=1]",
    "<tool_call>{\"name\": \"stop\"}</tool_call>", "`analysis` says:", "\u{0}\u{1B}[31m",
    String(repeating: "w", count: 900),
  ]

  /// Draws from one sequence, whoever asks.
  private final class Dice: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: Int) {
      generator = Mutex(SeededGenerator(seed: UInt64(seed)))
    }

    func roll(_ sides: Int) -> Int { generator.withLock { Int.random(in: 0..<sides, using: &$0) } }
  }

  private func participant(_ role: String, _ dice: Dice) -> ScriptedModelTool {
    ScriptedModelTool(role, window: 4096) { _, _ throws(ModelError) in
      if dice.roll(40) == 0 { throw .serverError(server: "s", status: 500, message: "no") }
      return .saying(Self.words[dice.roll(Self.words.count)], finish: dice.roll(8) == 0 ? .length : .stop)
    }
  }

  private func arbiter(_ dice: Dice) -> ScriptedModelTool {
    ScriptedModelTool("arbiter") { _, _ throws(ModelError) in
      switch dice.roll(8) {
      case 0: throw .timeout(.idle, server: "s", after: .seconds(1))
      case 1: .calling("modify", ["message": .string(Self.words[dice.roll(Self.words.count)])])
      case 2: .calling("redirect", ["to": .string((Self.roles + ["nobody", ""])[dice.roll(5)])])
      case 3 where dice.roll(4) == 0: .calling("stop", ["outcome": "no_agreement", "summary": "Enough."])
      case 4: .saying(Self.words[dice.roll(Self.words.count)])
      case 5: .calling(Self.words[dice.roll(Self.words.count)], ["to": 7])
      default: .calling("continue")
      }
    }
  }

  @Test func everyDialogueEndsWithinItsTurns() async throws {
    var outcomes: Set<String> = []
    for seed in 0..<1000 {
      let dice = Dice(seed: seed)
      let tools = Self.roles.map { participant($0, dice) }
      let arbiter = arbiter(dice)
      let limit = 1 + dice.roll(12)
      let manager = ConversationManager(tools, overseer: ModelOverseer(arbiter))
      let dialogue = ModelDialogue(manager: manager, between: "coding", and: "reasoning", turnLimit: limit)
      let result = try await dialogue.run("Which parser?")
      outcomes.insert(result.outcome.word)
      #expect(result.turns.map(\.number) == Array(1..<(result.turns.count + 1)), "seed \(seed)")
      #expect(result.turns.count <= limit, "seed \(seed)")
      #expect(tools.map(\.statistics.calls).reduce(0, +) <= limit, "seed \(seed)")
      #expect(arbiter.statistics.calls <= result.turns.count, "seed \(seed)")
      if result.outcome == .turnLimit { #expect(result.turns.count == limit, "seed \(seed)") }
      // What was said is in the threads, in order, each message behind its question.
      for (role, tool) in zip(Self.roles, tools) {
        let entries = try await manager.thread(ThreadName(role)).entries
        let said = result.turns.filter { $0.speaker == role && !$0.text.isEmpty }.count
        #expect(entries.count { $0.message.role == .assistant } == said, "seed \(seed)")
        #expect(entries.count { $0.message.role == .user } == said, "seed \(seed)")
        #expect(entries.count { $0.mark == .task } <= 1, "seed \(seed)")
        for prompt in tool.prompts { #expect(prompt.last?.role == .user && prompt.first?.role == .system) }
      }
    }
    #expect(outcomes == ["agreement", "stopped", "turn_limit", "failure"])
  }
}
