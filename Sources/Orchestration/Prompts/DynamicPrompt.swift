package import Pipeline

/// The request of a step, made for the task and the model at hand.
package struct DynamicPrompt: Hashable, Sendable {
  package var request: StepRequest
  /// Nil where the step has no task.
  package var complexity: PromptComplexity?
  /// The names of the advice that it holds, in order.
  package var advice: [String]

  package init(request: StepRequest, complexity: PromptComplexity? = nil, advice: [String] = []) {
    self.request = request
    self.complexity = complexity
    self.advice = advice
  }
}
