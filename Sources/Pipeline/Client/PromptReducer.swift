/// A way to make a prompt fit into a model's context window.
package protocol PromptReducer: Sendable {
  /// Returns the request's messages, shortened if they do not fit, or throws `overContext`.
  func reduce(_ request: ModelRequest, estimator: TokenEstimator) throws(ModelError) -> ReducedPrompt
}

/// The messages of a prompt that fits.
package struct ReducedPrompt: Hashable, Sendable {
  package var messages: [Message]
  /// The estimated tokens, tools included.
  package var tokens: Int
  /// How many results of tools were replaced by a note.
  package var shortenedResults: Int
  /// How many messages were left out.
  package var removedMessages: Int
  /// What was left out of messages that stayed.
  package var removals: [PromptRemoval]

  package var isReduced: Bool { shortenedResults > 0 || removedMessages > 0 || !removals.isEmpty }

  package init(
    messages: [Message],
    tokens: Int,
    shortenedResults: Int = 0,
    removedMessages: Int = 0,
    removals: [PromptRemoval] = []
  ) {
    self.messages = messages
    self.tokens = tokens
    self.shortenedResults = shortenedResults
    self.removedMessages = removedMessages
    self.removals = removals
  }
}
