import Pipeline

/// A conversation of two models on one question, of a limited number of turns, under the eye of an overseer.
///
/// Every answer is one turn, also that of a third model to which the overseer redirects, and one without a word: so every
/// dialogue ends, whatever models and overseer do.
package struct ModelDialogue: Sendable {
  package static let standardTurns = 8

  private let manager: ConversationManager
  private let partners: [String]
  private let turnLimit: Int

  /// Takes the roles of the two who converse, both of which take part in the manager's conversations.
  package init(
    manager: ConversationManager,
    between first: String,
    and second: String,
    turnLimit: Int = standardTurns
  ) {
    precondition(first != second, "it takes two for a dialogue")
    precondition(turnLimit > 0, "a dialogue has a turn")
    self.manager = manager
    partners = [first, second]
    self.turnLimit = turnLimit
  }

  /// Carries the dialogue to its outcome; `observe` hears of each turn when it is over.
  ///
  /// What is said goes into the participants' threads on `topic`; `context` is what all of them are told of the project.
  package func run(
    _ question: String,
    topic: String? = nil,
    context: String = "",
    observe: @Sendable (DialogueTurn) -> Void = { _ in }
  ) async throws(CancellationError) -> DialogueResult {
    var course = DialogueCourse(question: question, topic: topic, partners: partners, turnLimit: turnLimit)
    while true {
      let outcome = try await takeTurn(in: &course, context: context)
      if let turn = course.turns.last, turn.number == course.letter.turn { observe(turn) }
      if let outcome { return DialogueResult(question: question, turns: course.turns, outcome: outcome) }
      course.letter.turn += 1
    }
  }

  /// Has the next one answer; returns an outcome where that was the last turn.
  private func takeTurn(
    in course: inout DialogueCourse,
    context: String
  ) async throws(CancellationError) -> DialogueOutcome? {
    let answer: ModelReply
    do {
      let system = DialoguePrompt.system(role: course.letter.addressee, context: context)
      try await manager.instruct(course.letter.thread, system)
      answer = try await manager.deliver(course.letter, course.oversight)
    } catch {
      guard !error.isCancelled, !Task.isCancelled else { throw CancellationError() }
      guard case .silent = error, course.noteSilence() else { return .failure(error) }
      return course.isOver ? .turnLimit : nil
    }
    let next = course.letter(after: DialoguePrompt.text(of: answer))
    let oversight = try await manager.review(next)
    return course.take(next, oversight)
  }
}
