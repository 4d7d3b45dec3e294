package import Pipeline

/// Why a message was not answered.
package enum ConversationError: Error, Hashable, Sendable {
  case model(ModelError, participant: String)
  /// The model answered without a word.
  case silent(participant: String)
  case unknownParticipant(String)
  /// The thread could not be read or kept.
  case store(String)
}

extension ConversationError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .model(let error, _): error.description
    case .silent(let participant): "'\(participant)' answered without a word."
    case .unknownParticipant(let name): "Nobody in this conversation is called '\(name)'."
    case .store(let message): "The conversation could not be kept: \(message)"
    }
  }

  /// Whether the conversation was ended from outside.
  var isCancelled: Bool {
    if case .model(.cancelled, _) = self { true } else { false }
  }
}
