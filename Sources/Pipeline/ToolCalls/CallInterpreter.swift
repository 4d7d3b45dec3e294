/// A model that tells which tool calls another model meant.
package protocol CallInterpreter: Sendable {
  /// Interprets an answer, or corrects a call from its error; nil where it cannot tell or may not be asked now.
  ///
  /// What it says is checked like any answer: only offered tools, and nothing for a changed file that the answer does
  /// not hold.
  func interpret(_ question: InterpretationRequest) async throws -> Interpretation?
}

/// What an interpreter is asked.
package struct InterpretationRequest: Hashable, Sendable {
  /// What the model wrote.
  package var answer: String
  package var tools: [ToolDefinition]
  /// What was wrong with it, where that is known.
  package var mistake: String?

  package init(answer: String, tools: [ToolDefinition], mistake: String? = nil) {
    self.answer = answer
    self.tools = tools
    self.mistake = mistake
  }
}

/// What an interpreter answers.
package struct Interpretation: Hashable, Sendable {
  /// An interpretation of less than this is not acted on.
  package static let leastConfidence = 0.6

  package var calls: [ToolCall]
  /// From 0 to 1.
  package var confidence: Double

  package init(calls: [ToolCall], confidence: Double) {
    self.calls = calls
    self.confidence = confidence
  }
}
