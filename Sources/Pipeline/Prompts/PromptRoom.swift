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
    let bytesPerToken = window.estimator.bytesPerToken(of: model.name)
    let quoted = min(window.quotedBytes, Self.quoted(options, bytesPerToken))
    let fixed = window.systemBytes - window.quotedBytes + window.toolBytes
    request = Self.rounded(Self.bytes(options, bytesPerToken) - fixed - quoted)
  }

  /// The bytes to which the reducer of prompts shortens what a system prompt quotes, before anything else that must stay.
  package static func quoted(_ options: ModelOptions, _ bytesPerToken: Double) -> Int {
    rounded(Int(Double(bytes(options, bytesPerToken)) * quotedShare))
  }

  private static func bytes(_ options: ModelOptions, _ bytesPerToken: Double) -> Int {
    let tokens = min(Double(options.numContext) * share, Double(PromptFitter.limit(for: options)))
    return Int(tokens / PromptSize.margin * bytesPerToken)
  }

  private static func rounded(_ bytes: Int) -> Int { max(0, bytes - bytes % grain) }
}
