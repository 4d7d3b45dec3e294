/// How many bytes of a model's window a request may take.
///
/// It is rounded, so that an estimate of tokens that moves a little does not make another prompt of the same step.
package struct PromptRoom: Hashable, Sendable {
  /// The part of a window that a prompt may fill before the conversation has begun.
  private static let share = 0.7
  /// The part of that which the system prompt may fill with what it quotes where it does not all fit.
  private static let quotedShare = 0.4
  private static let grain = 1024

  /// All that is left to the request beside the system prompt and the tools.
  package let request: Int

  package init(_ window: PromptWindow) {
    let model = window.model
    let options = ModelOptions(numContext: model.numContext, numPredict: model.numPredict)
    let bytes = Self.bytes(options, model.name, window.estimator)
    let quoted = min(window.quotedBytes, Self.quoted(of: bytes))
    let fixed = window.systemBytes - window.quotedBytes + window.toolBytes
    request = Self.rounded(bytes - fixed - quoted)
  }

  /// The bytes to which the reducer of prompts shortens what a system prompt quotes, before anything else that must stay:
  /// what the rest of the beginning leaves of the window's part, and its share at least.
  package static func quoted(in request: ModelRequest, besides quoted: Int, _ estimator: TokenEstimator) -> Int {
    let (options, model) = (request.options, request.model)
    let beginning = Array(request.messages.prefix { $0.role != .assistant })
    let fixed = TokenEstimator.bytes(of: beginning) + TokenEstimator.bytes(of: request.tools) - quoted
    let tokens = min(Int(Double(options.numContext) * share), PromptFitter.beginning(for: options))
    let left = rounded(PromptSize.bytes(in: tokens, of: model, estimator) - fixed)
    return max(self.quoted(of: bytes(options, model, estimator)), left)
  }

  private static func quoted(of bytes: Int) -> Int { rounded(Int(Double(bytes) * quotedShare)) }

  private static func bytes(_ options: ModelOptions, _ model: ModelName, _ estimator: TokenEstimator) -> Int {
    let tokens = min(Int(Double(options.numContext) * share), PromptFitter.limit(for: options))
    return PromptSize.bytes(in: tokens, of: model, estimator)
  }

  private static func rounded(_ bytes: Int) -> Int { max(0, bytes - bytes % grain) }
}
