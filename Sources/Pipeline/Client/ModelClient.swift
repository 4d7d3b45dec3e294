/// A way to ask a model, at whatever server it is served.
package protocol ModelClient: Sendable {
  /// Asks the model and returns its whole answer; `progress` hears of it while it arrives.
  func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply
}

extension ModelClient {
  /// Asks the model and returns its whole answer.
  package func reply(to request: ModelRequest) async throws(ModelError) -> ModelReply {
    try await reply(to: request) { _ in }
  }
}

/// How far an answer has come.
package struct StreamProgress: Hashable, Sendable {
  /// What is being waited for.
  package enum Stage: String, Sendable {
    /// The model is not asked yet, as others use its server.
    case queued
    /// Nothing has arrived: the server loads the model or reads the prompt.
    case waiting
    case thinking
    case writing
    case calling
    /// The last try failed, and the next waits.
    case retrying
  }

  package var stage: Stage
  /// The parts of the answer so far; for most servers one is one token.
  package var parts: Int
  /// The bytes of text so far, thinking included.
  package var bytes: Int
  /// The step that it belongs to, where that is known.
  package var step: Int?

  package init(stage: Stage, parts: Int = 0, bytes: Int = 0, step: Int? = nil) {
    self.stage = stage
    self.parts = parts
    self.bytes = bytes
    self.step = step
  }
}
