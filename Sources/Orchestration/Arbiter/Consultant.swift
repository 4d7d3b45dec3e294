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
    /// The specialist could not be asked, and why.
    case away(String)
  }

  let specialists: SpecialistRegistry
  private let log: any DecisionLog
  private let timeLimit: Duration
  private let clock: any Clock<Duration>

  /// Waits no longer than `timeLimit` by `clock` for an answer.
  init(
    specialists: SpecialistRegistry,
    log: any DecisionLog,
    timeLimit: Duration,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.clock = clock
    self.specialists = specialists
    self.log = log
    self.timeLimit = timeLimit
  }

  /// Asks, or finds what was answered before; `failure` is what is to be analysed, if that is the question.
  func ask(
    _ role: SpecialistRole,
    _ question: SpecialistQuestion,
    in situation: Situation,
    failure: FailureKind? = nil
  ) async throws -> Outcome {
    guard question.query.utf8.contains(where: { $0 > 0x20 }) else { return .nothing("The question is empty.") }
    var event = Self.event(role, question, situation, failure)
    if let known = try await log.answer(to: ConsultationKey(event)) {
      event.answer = known
      event.isRepeated = true
      try await log.note(event)
      return .known(known)
    }
    guard let specialist = specialists[role] else {
      return try await note("There is no \(role.rawValue) specialist.", in: event)
    }
    let answer = try await result(within: timeLimit, by: clock) { () -> Result<String, ModelError> in
      do throws(ModelError) { return .success(try await specialist.answer(question)) } catch { return .failure(error) }
    }
    switch answer {
    case nil:
      return try await note("The specialist did not answer in \(timeLimit / .seconds(1)) seconds.", in: event)
    case .failure(.cancelled):
      throw CancellationError()
    case .failure(let error):
      return try await note("The specialist could not be asked: \(error)", in: event)
    case .success(let text):
      event.answer = text
      try await log.note(event)
      return text.isEmpty ? .nothing("The specialist had no answer.") : .answer(text)
    }
  }

  /// Puts on record that a question is not asked.
  func skip(
    _ role: SpecialistRole,
    _ question: SpecialistQuestion,
    in situation: Situation,
    failure: FailureKind,
    because reason: String
  ) async throws -> Outcome {
    try await note(reason, in: Self.event(role, question, situation, failure))
  }

  private func note(_ problem: String, in event: ConsultationEvent) async throws -> Outcome {
    var event = event
    event.error = problem
    try await log.note(event)
    return .away(problem)
  }

  private static func event(
    _ role: SpecialistRole,
    _ question: SpecialistQuestion,
    _ situation: Situation,
    _ failure: FailureKind?
  ) -> ConsultationEvent {
    ConsultationEvent(
      step: situation.state.stepsTaken + 1,
      role: role.rawValue,
      query: question.query,
      context: question.context,
      progress: situation.progress.key,
      failure: failure
    )
  }
}
