/// What the bytes of a request's messages come to in tokens, with its tools and a margin.
package struct PromptSize: Sendable {
  /// Added to an estimate, which may be wrong by about that much.
  package static let margin = 1.1

  /// The estimate is rounded down to a multiple of this, so that it does not move a little from one turn to the next, and
  /// with it what is left out of the beginning of a conversation.
  private static let grain = 0.125

  private let bytesPerToken: Double
  private let fixedBytes: Int

  package init(_ request: ModelRequest, _ estimator: TokenEstimator) {
    bytesPerToken = Self.bytesPerToken(of: request.model, estimator)
    fixedBytes = TokenEstimator.bytes(of: request) - TokenEstimator.bytes(of: request.messages)
  }

  /// The bytes that surely fit into so many tokens of a model.
  static func bytes(in tokens: Int, of model: ModelName, _ estimator: TokenEstimator) -> Int {
    Int(Double(tokens) / margin * bytesPerToken(of: model, estimator))
  }

  private static func bytesPerToken(of model: ModelName, _ estimator: TokenEstimator) -> Double {
    let known = estimator.bytesPerToken(of: model)
    return max(min(known, grain), (known / grain).rounded(.down) * grain)
  }

  /// Takes the bytes of messages as `TokenEstimator` counts them.
  package func tokens(_ bytes: Int) -> Int {
    Int((Double(fixedBytes + bytes) / bytesPerToken).rounded(.up) * Self.margin)
  }

  package func tokens(_ messages: [Message]) -> Int { tokens(TokenEstimator.bytes(of: messages)) }

  /// The bytes to leave out of so many bytes of messages so that they come to so many tokens at most; negative where
  /// there is room left.
  package func excess(of bytes: Int, over limit: Int) -> Int {
    fixedBytes + bytes - Int(Double(limit) / Self.margin * bytesPerToken)
  }

  /// The bytes to leave out of a prompt of so many tokens so that so many are left.
  package func bytes(from tokens: Int, to goal: Int) -> Int {
    max(0, Int((Double(tokens - goal + 1) * bytesPerToken / Self.margin).rounded(.up)))
  }
}
