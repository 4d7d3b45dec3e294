import JSON
import Pipeline
import Synchronization
import TestSupport
import Testing
import Unified

/// The rung where another model says what was meant.
@Suite struct InterpreterTests {
  /// Answers what it was told, and notes what it was asked.
  private final class ScriptedInterpreter: CallInterpreter {
    private let answer: Interpretation?
    private let state = Mutex([InterpretationRequest]())

    init(_ answer: Interpretation?) {
      self.answer = answer
    }

    var questions: [InterpretationRequest] { state.withLock { $0 } }

    func interpret(_ question: InterpretationRequest) async -> Interpretation? {
      state.withLock { $0.append(question) }
      return question.answer.contains("out.txt") ? answer : nil
    }
  }

  /// Codes in words that no reader takes for a call.
  private func run(_ interpreter: ScriptedInterpreter) async throws -> (ResultEvent, TemporaryDirectory) {
    let folder = try TemporaryDirectory()
    try folder.write("# Plan\n\nWrite out.txt.\n", to: "MASTER_PLAN.md")
    var run = AssembledRun(folder: folder, interpreter: interpreter) { request throws(ModelError) in
      let text = request.messages.map(\.content).joined()
      guard text.contains("phase=coding") else { return InterruptionTests.answer(request) }
      if request.messages.contains(where: { $0.toolName == "write_file" }) {
        return .calls([ToolCall(id: "f", name: "finish", arguments: ["summary": "Done."])])
      }
      // The opening of a call that never closes: nobody can tell where its content ends.
      let words = #"<tool_call>{"name": "write_file", "arguments": {"path": "out.txt", "content": "good and more"#
      return ModelReply(content: words, server: "none", model: request.model)
    }
    run.configuration.limits.taskAttempts = 1
    return (try await run.run(), folder)
  }

  private func interpretation(_ content: String, confidence: Double = 0.9) -> Interpretation {
    let arguments: JSONObject = ["path": "out.txt", "content": .string(content)]
    return Interpretation(calls: [ToolCall(id: "i", name: "write_file", arguments: arguments)], confidence: confidence)
  }

  @Test func whatTheAnswerHoldsIsCarriedOut() async throws {
    let interpreter = ScriptedInterpreter(interpretation("good and more"))
    let (result, folder) = try await run(interpreter)
    #expect(result.outcome == .unverified, "\(result.message)")
    #expect(folder.text(of: "out.txt") == "good and more")
    #expect(interpreter.questions.first?.tools.map(\.name).contains("write_file") == true)
    #expect(interpreter.questions.first?.mistake != nil)
  }

  @Test func whatTheAnswerDoesNotHoldIsNeverWritten() async throws {
    let (result, folder) = try await run(ScriptedInterpreter(interpretation("made up")))
    #expect(result.outcome == .partial, "\(result.message)")
    #expect(folder.text(of: "out.txt") == nil)
  }

  @Test func anUnsureInterpretationIsNotActedOn() async throws {
    let (result, folder) = try await run(ScriptedInterpreter(interpretation("good", confidence: 0.3)))
    #expect(result.outcome == .partial, "\(result.message)")
    #expect(folder.text(of: "out.txt") == nil)
  }
}
