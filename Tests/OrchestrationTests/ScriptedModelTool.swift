import JSON
import Orchestration
import Pipeline
import Synchronization

/// A model that answers as the test says, and remembers what it was shown.
final class ScriptedModelTool: ModelTool {
  typealias Answer = @Sendable (_ number: Int, _ messages: [Message]) async throws(ModelError) -> ModelReply
  typealias ToolAnswer =
    @Sendable (_ number: Int, _ messages: [Message], _ tools: [ToolDefinition])
    async throws(ModelError) -> ModelReply

  let model: PhaseModel
  private let answer: ToolAnswer
  private let keepsPrompts: Bool
  private let state = Mutex((statistics: ModelStatistics(), prompts: [[Message]]()))

  /// Takes a way to answer the n-th prompt, from 1.
  convenience init(_ role: String, window: Int = 16_384, answer: @escaping Answer) {
    self.init(role, window: window, keepsPrompts: true) { number, messages, _ throws(ModelError) in
      try await answer(number, messages)
    }
  }

  /// Takes a way to answer the n-th prompt, from 1, with the tools that are offered.
  init(_ role: String, window: Int = 16_384, keepsPrompts: Bool, answer: @escaping ToolAnswer) {
    self.keepsPrompts = keepsPrompts
    model = PhaseModel(role: role, name: "m", server: "s", numContext: window, numPredict: 512)
    self.answer = answer
  }

  /// Takes the answers in order; when they are used up, the model fails as a scenario without a rule does.
  convenience init(_ role: String, window: Int = 16_384, says answers: String...) {
    self.init(role, window: window) { number, _ throws(ModelError) in
      guard number <= answers.count else { throw .unmatchedScenario("'\(role)' has no answer \(number).") }
      return .saying(answers[number - 1])
    }
  }

  var statistics: ModelStatistics { state.withLock { $0.statistics } }
  /// The prompts so far, in order.
  var prompts: [[Message]] { state.withLock { $0.prompts } }

  func reply(
    to messages: [Message],
    tools: [ToolDefinition],
    format: JSONValue?
  ) async throws(ModelError) -> ModelReply {
    let number = state.withLock { state in
      state.statistics.calls += 1
      if keepsPrompts { state.prompts.append(messages) }
      return state.statistics.calls
    }
    return try await answer(number, messages, tools)
  }
}

extension ModelReply {
  static func saying(_ text: String, finish: Finish = .stop) -> ModelReply {
    ModelReply(content: text, finish: finish, server: "s", model: "m")
  }

  static func calling(_ name: String, _ arguments: JSONObject = [:]) -> ModelReply {
    ModelReply(
      content: "",
      toolCalls: [ToolCall(id: "c", name: name, arguments: arguments)],
      server: "s",
      model: "m"
    )
  }
}

/// An overseer that rules as the test says.
struct ScriptedOverseer: Overseer {
  let ruling: @Sendable (Letter) -> Oversight.Ruling

  func review(_ letter: Letter, participants: [String]) async throws(CancellationError) -> Oversight {
    Oversight(ruling(letter))
  }
}
