/// What the bytes of a request's messages come to in tokens, with its tools and a margin.
package struct PromptSize: Sendable {
  /// Added to an estimate, which may be wrong by about that much.
  package static let margin = 1.1

  private let model: ModelName
  private let estimator: TokenEstimator
  private let fixedBytes: Int

  package init(_ request: ModelRequest, _ estimator: TokenEstimator) {
    model = request.model
    self.estimator = estimator
    fixedBytes = TokenEstimator.bytes(of: request) - TokenEstimator.bytes(of: request.messages)
  }

  /// Takes the bytes of messages as `TokenEstimator` counts them.
  package func tokens(_ bytes: Int) -> Int {
    Int(Double(estimator.tokens(inBytes: fixedBytes + bytes, for: model)) * Self.margin)
  }

  package func tokens(_ messages: [Message]) -> Int { tokens(TokenEstimator.bytes(of: messages)) }

  /// The bytes to leave out of a prompt of so many tokens so that so many are left.
  package func bytes(from tokens: Int, to goal: Int) -> Int {
    let bytesPerToken = estimator.bytesPerToken(of: model) / Self.margin
    return max(0, Int((Double(tokens - goal + 1) * bytesPerToken).rounded(.up)))
  }
}
