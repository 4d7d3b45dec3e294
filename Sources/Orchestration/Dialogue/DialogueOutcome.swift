/// How a dialogue ended.
package enum DialogueOutcome: Hashable, Sendable {
  /// The models agree, on this.
  case agreement(String)
  /// The overseer ended it, or the models only repeated themselves; the text says what came of it.
  case stopped(String)
  case turnLimit
  case failure(ConversationError)

  /// The outcome in one word.
  package var word: String {
    switch self {
    case .agreement: "agreement"
    case .stopped: "stopped"
    case .turnLimit: "turn_limit"
    case .failure: "failure"
    }
  }

  /// What came of it, in words.
  package var summary: String? {
    switch self {
    case .agreement(let text), .stopped(let text): text
    case .turnLimit: nil
    case .failure(let error): error.description
    }
  }
}

/// One answer in a dialogue, and what the overseer made of it.
package struct DialogueTurn: Hashable, Sendable {
  /// From 1.
  package let number: Int
  /// The role of who spoke.
  package let speaker: String
  /// Empty where the model answered without a word.
  package let text: String
  /// Whether the speaker says that nothing is left to say.
  package let isAgreement: Bool
  /// Nil for a turn that could not be judged, because there was no answer.
  package let oversight: Oversight?

  package init(number: Int, speaker: String, text: String, isAgreement: Bool = false, oversight: Oversight? = nil) {
    self.number = number
    self.speaker = speaker
    self.text = text
    self.isAgreement = isAgreement
    self.oversight = oversight
  }
}

/// A whole dialogue.
package struct DialogueResult: Hashable, Sendable {
  package let question: String
  package let turns: [DialogueTurn]
  package let outcome: DialogueOutcome

  package init(question: String, turns: [DialogueTurn], outcome: DialogueOutcome) {
    self.question = question
    self.turns = turns
    self.outcome = outcome
  }
}
