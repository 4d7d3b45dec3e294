/// What has happened in the conversations of one manager.
package struct ConversationStatistics: Hashable, Sendable {
  /// Letters that were delivered and answered.
  package var answered = 0
  /// Letters that were delivered and not answered.
  package var failed = 0
  package var approved = 0
  package var modified = 0
  package var redirected = 0
  package var stopped = 0
  /// Of the approved, those that the overseer did not decide.
  package var fallbacks = 0
  package var broadcasts = 0
  /// Prompts that had to be shortened.
  package var shortened = 0
  /// The messages in each thread.
  package var messages: [ThreadName: Int] = [:]
  /// What each participant was asked in all, and what that cost, by role.
  package var models: [String: ModelStatistics] = [:]

  package init() {}

  mutating func count(_ oversight: Oversight) {
    switch oversight.ruling {
    case .approve: approved += 1
    case .modify: modified += 1
    case .redirect: redirected += 1
    case .stop: stopped += 1
    }
    if oversight.fallback != nil { fallbacks += 1 }
  }
}
