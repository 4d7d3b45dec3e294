import Pipeline

/// How many bytes of a model's window a request may take.
///
/// It is rounded, so that an estimate of tokens that moves a little does not make another prompt of the same step.
struct PromptRoom: Hashable {
  /// The part of a window that a prompt may fill before the conversation has begun.
  private static let share = 0.7
  /// Added to an estimate of tokens, which may be wrong by about that much; the reducer of prompts does the same.
  private static let margin = 1.1
  private static let grain = 1024

  /// All that is left to the request beside the system prompt and the tools.
  let request: Int
  /// Of it, what advice may take.
  let advice: Int

  /// Takes the bytes of the tools' schemas as `toolBytes`.
  init(_ window: PromptWindow, toolBytes: Int, adviceTokens: Int) {
    let model = window.model
    let options = ModelOptions(numContext: model.numContext, numPredict: model.numPredict)
    let tokens = min(Double(model.numContext) * Self.share, Double(PromptFitter.limit(for: options)))
    let bytesPerToken = window.estimator.bytesPerToken(of: model.name)
    let bytes = Int(tokens / Self.margin * bytesPerToken) - window.systemBytes - toolBytes
    request = max(0, bytes - bytes % Self.grain)
    advice = Int((Double(adviceTokens) * bytesPerToken / 64).rounded()) * 64
  }
}
