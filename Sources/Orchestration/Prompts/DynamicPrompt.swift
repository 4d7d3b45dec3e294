package import Pipeline

/// The request of a step, made for the task and the model at hand.
package struct DynamicPrompt: Hashable, Sendable {
  package var request: StepRequest
  /// Nil where the step has no task.
  package var complexity: PromptComplexity?
  /// For which models it is worded; nil where the step has no task.
  package var size: ModelSize?
  /// The names of the advice that it holds, in order.
  package var advice: [String]

  package init(
    request: StepRequest,
    complexity: PromptComplexity? = nil,
    size: ModelSize? = nil,
    advice: [String] = []
  ) {
    self.request = request
    self.complexity = complexity
    self.size = size
    self.advice = advice
  }

  /// The request, with how it was made.
  package var noted: StepRequest {
    guard let complexity, let size else { return request }
    var noted = request
    noted.notes = PromptNotes(
      complexity: complexity.score,
      factors: Dictionary(complexity.points.map { ($0.key.rawValue, $0.value) }) { $1 },
      variant: size.rawValue,
      advice: advice
    )
    return noted
  }
}
