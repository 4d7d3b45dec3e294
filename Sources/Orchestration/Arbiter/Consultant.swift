import Pipeline

/// Asks specialists for the arbiter: the same question on the same progress only once, and everything on record.
struct Consultant: Sendable {
  /// What asking came to.
  enum Outcome {
    case answer(String)
    /// The answer that was given to the same question before.
    case known(String)
    /// There is no answer, and why.
    case nothing(String)
  }

  let specialists: SpecialistRegistry
  private let log: any DecisionLog

  init(specialists: SpecialistRegistry, log: any DecisionLog) {
    self.specialists = specialists
    self.log = log
  }

  func ask(_ role: SpecialistRole, _ question: SpecialistQuestion, in situation: Situation) async throws -> Outcome {
    let key = ConsultationKey(
      role: role.rawValue,
      query: question.query,
      context: question.context,
      progress: situation.progress.key
    )
    var event = ConsultationEvent(
      step: situation.state.stepsTaken + 1,
      role: key.role,
      query: key.query,
      context: key.context,
      progress: key.progress
    )
    if let known = try await log.answer(to: key) {
      event.answer = known
      event.isRepeated = true
      try await log.note(event)
      return .known(known)
    }
    guard let specialist = specialists[role], !question.query.isEmpty else { return .nothing("The question is empty.") }
    let answer: String
    do throws(ModelError) {
      answer = try await specialist.answer(question)
    } catch {
      if error == .cancelled { throw CancellationError() }
      event.error = "\(error)"
      try await log.note(event)
      return .nothing("The specialist could not be asked: \(error)")
    }
    event.answer = answer
    try await log.note(event)
    return answer.isEmpty ? .nothing("The specialist had no answer.") : .answer(answer)
  }
}
