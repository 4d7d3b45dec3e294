import Pipeline

/// How far a dialogue has come: what was said, who is next, and who agrees.
struct DialogueCourse {
  private(set) var turns: [DialogueTurn] = []
  /// What is to be answered next.
  var letter: Letter
  /// What the overseer has done to that letter.
  private(set) var oversight: Oversight?
  private let partners: [String]
  /// The partner who is to hear what a third one answers.
  private var bypassed: String?
  /// Those who know the question.
  private var informed: Set<String>
  /// The partner whose last word was that nothing is left to say.
  private var agreeing: String?
  private var wasSilent = false
  /// What each said last.
  private var lastWords: [String: String] = [:]
  private var repeats = 0

  init(question: String, topic: String?, partners: [String], turnLimit: Int) {
    self.partners = partners
    letter = Letter(
      to: partners[0],
      question,
      purpose: "dialogue",
      topic: topic,
      question: question,
      mark: .task,
      turnLimit: turnLimit
    )
    informed = [partners[0]]
  }

  var isOver: Bool { letter.turnLimit.map { letter.turn >= $0 } ?? false }

  /// Counts a turn without a word; answers whether the same one may be asked again.
  mutating func noteSilence() -> Bool {
    turns.append(DialogueTurn(number: letter.turn, speaker: letter.addressee, text: ""))
    if !wasSilent { letter.text += "\n\n(Your last answer was empty. Answer in words.)" }
    defer { wasSilent = true }
    return !wasSilent
  }

  /// The letter that carries on what the addressee of the last one has answered.
  func letter(after text: String) -> Letter {
    let speaker = letter.addressee
    var next = letter
    next.sender = speaker
    next.addressee = bypassed ?? (speaker == partners[0] ? partners[1] : partners[0])
    next.text = text
    next.earlier = turns.filter { !$0.text.isEmpty }.map { Letter.Utterance(speaker: $0.speaker, text: $0.text) }
    return next
  }

  /// Takes in an answer and the ruling on it; returns an outcome where the dialogue is over.
  mutating func take(_ next: Letter, _ oversight: Oversight) -> DialogueOutcome? {
    let speaker = letter.addressee
    let conclusion = AgreementMark.conclusion(of: next.text)
    // Whoever speaks first has nobody to agree with.
    let agrees = conclusion != nil && letter.sender != nil && partners.contains(speaker)
    turns.append(
      DialogueTurn(number: letter.turn, speaker: speaker, text: next.text, isAgreement: agrees, oversight: oversight)
    )
    wasSilent = false
    repeats = lastWords[speaker] == next.text ? repeats + 1 : 0
    lastWords[speaker] = next.text
    if case .stop(let end) = oversight.ruling {
      return end.isAgreement ? .agreement(end.summary) : .stopped(end.summary)
    }
    if agrees, oversight.ruling == .approve, let agreeing, agreeing != speaker {
      return .agreement(self.conclusion(conclusion ?? ""))
    }
    agreeing = agrees && oversight.ruling == .approve ? speaker : nil
    if repeats >= partners.count { return .stopped("They only repeat themselves.") }
    if isOver { return .turnLimit }
    pass(on: next, oversight)
    return nil
  }

  /// The conclusion of the last who agrees, or where that is empty, of the first.
  private func conclusion(_ last: String) -> String {
    guard last.isEmpty else { return last }
    return turns.dropLast().last { $0.isAgreement }.flatMap { AgreementMark.conclusion(of: $0.text) } ?? ""
  }

  private mutating func pass(on next: Letter, _ oversight: Oversight) {
    guard var applied = oversight.applied(to: next) else { preconditionFailure("a stop has ended the dialogue") }
    bypassed = partners.contains(applied.addressee) ? nil : next.addressee
    applied.mark = informed.insert(applied.addressee).inserted ? .task : nil
    letter = applied
    self.oversight = oversight
  }
}
