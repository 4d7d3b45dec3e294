/// The name of a thread: who takes part in it, and what it is about.
package struct ThreadName: Hashable, Sendable {
  /// The role of the model whose thread it is.
  package let participant: String
  /// Keeps what is said on one matter apart from all else; nil for the general thread.
  package let topic: String?

  package init(_ participant: String, topic: String? = nil) {
    precondition(!participant.contains("/"), "a role has no slash in its name")
    self.participant = participant
    self.topic = topic
  }
}

extension ThreadName: LosslessStringConvertible {
  package var description: String { participant + (topic.map { "/\($0)" } ?? "") }

  /// Reads what `description` wrote.
  package init(_ description: String) {
    let parts = description.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(String(parts[0]), topic: parts.count > 1 ? String(parts[1]) : nil)
  }
}
