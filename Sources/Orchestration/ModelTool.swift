package import JSON
package import Pipeline

/// A model as a callable: whoever has one can ask, and need not know where the model is served.
package protocol ModelTool: Sendable {
  /// The role for which the model is asked, its name, server and window.
  var model: PhaseModel { get }
  /// What is known of how many bytes make a token of it.
  var estimator: TokenEstimator { get }
  /// What it was asked so far, and what came of that.
  var statistics: ModelStatistics { get }

  /// Asks the model; the window, the limits and the accounting are the callee's affair.
  func reply(
    to messages: [Message],
    tools: [ToolDefinition],
    format: JSONValue?
  ) async throws(ModelError) -> ModelReply
}

extension ModelTool {
  package var estimator: TokenEstimator { TokenEstimator() }

  package func reply(to messages: [Message]) async throws(ModelError) -> ModelReply {
    try await reply(to: messages, tools: [], format: nil)
  }
}

/// How often a model was asked, and what that cost.
package struct ModelStatistics: Hashable, Sendable {
  package var calls = 0
  package var failures = 0
  package var promptTokens = 0
  package var outputTokens = 0
  package var time: Duration = .zero
  /// How much of that the servers took to load the model, as far as they say.
  package var load: Duration = .zero

  package init() {}

  package var successes: Int { calls - failures }

  package static func += (left: inout ModelStatistics, right: ModelStatistics) {
    left.calls += right.calls
    left.failures += right.failures
    left.promptTokens += right.promptTokens
    left.outputTokens += right.outputTokens
    left.time += right.time
    left.load += right.load
  }
}
