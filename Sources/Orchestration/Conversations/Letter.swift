/// A message on its way from one participant to another.
package struct Letter: Hashable, Sendable {
  /// What was said before, by whom.
  package struct Utterance: Hashable, Sendable {
    package var speaker: String
    package var text: String

    package init(speaker: String, text: String) {
      self.speaker = speaker
      self.text = text
    }
  }

  /// The role of who wrote it; nil where it comes from outside, from the user or from who drives the conversation.
  package var sender: String?
  /// The role of who is to answer it.
  package var addressee: String
  package var text: String
  /// What the conversation is for, in one word for the fixed line of its prompts.
  package var purpose: String
  /// What the thread is about, if not everything.
  package var topic: String?
  /// The question that everything turns on.
  package var question: String?
  package var mark: ConversationEntry.Mark?
  /// From 1.
  package var turn: Int
  /// How many turns there will be at most, if that is limited.
  package var turnLimit: Int?
  /// What an overseer should know of what came before.
  package var earlier: [Utterance]

  package init(
    from sender: String? = nil,
    to addressee: String,
    _ text: String,
    purpose: String,
    topic: String? = nil,
    question: String? = nil,
    mark: ConversationEntry.Mark? = nil,
    turn: Int = 1,
    turnLimit: Int? = nil,
    earlier: [Utterance] = []
  ) {
    self.sender = sender
    self.addressee = addressee
    self.text = text
    self.purpose = purpose
    self.topic = topic
    self.question = question
    self.mark = mark
    self.turn = turn
    self.turnLimit = turnLimit
    self.earlier = earlier
  }

  /// The thread of who is to answer.
  package var thread: ThreadName { ThreadName(addressee, topic: topic) }

  /// What the addressee is sent.
  ///
  /// The fixed line comes first, then the question where the addressee does not know it yet, and then the text with its
  /// sender.
  var content: String {
    var parts = ["[phase=\(purpose) role=\(addressee) attempt=\(turn)]"]
    if mark == .task, sender != nil, let question { parts.append("The question: \(question)") }
    if let sender { parts.append("`\(sender)` says:") }
    parts.append(text)
    return parts.joined(separator: "\n\n")
  }
}
