import JSON
package import Pipeline
import Synchronization

/// How far an arbiter may go.
package struct ArbiterLimits: Hashable, Sendable {
  /// How often it may consult in one turn.
  package var consultations = 3
  /// How many useless answers end a turn.
  package var uselessAnswers = 2
  /// After so many turns in a row that came to nothing the rest of the run goes by the rules.
  package var fallbacksInARow = 5
  /// How long one turn may take.
  package var time: Duration = .seconds(300)

  package init() {}
}

/// The decision maker of the orchestrated mode: a model that chooses among the legal steps and may consult specialists.
///
/// Whatever it answers, or does not, there is a decision: the rules' own where nothing else came of the turn.
package final class Arbiter: DecisionMaker {
  private let tool: any ModelTool
  private let specialists: SpecialistRegistry
  private let log: any DecisionLog
  private let limits: ArbiterLimits
  /// The phases whose steps it decides on; the rules decide on the others.
  private let phases: Set<PhaseName>
  private let fallbacks = Mutex(0)

  package init(
    tool: any ModelTool,
    specialists: SpecialistRegistry,
    log: any DecisionLog,
    limits: ArbiterLimits = ArbiterLimits(),
    phases: Set<PhaseName> = Set(PhaseName.allCases)
  ) {
    self.tool = tool
    self.specialists = specialists
    self.log = log
    self.limits = limits
    self.phases = phases
  }

  package func decide(_ situation: Situation) async throws -> Decision {
    let rules = RuleDecisionMaker().decide(situation)
    guard let phase = rules.action.phase, phases.contains(phase), situation.legal != [.finish] else { return rules }
    guard fallbacks.withLock({ $0 < limits.fallbacksInARow }) else { return rules }
    switch try await turn(situation) {
    case .success(let decision):
      fallbacks.withLock { $0 = 0 }
      return decision
    case .failure(let failure):
      let count = fallbacks.withLock { count in
        count += 1
        return count
      }
      var reason = failure.reason
      if count == limits.fallbacksInARow { reason += " The rest of the run goes by the rules." }
      try await log.note(FallbackEvent(step: situation.state.stepsTaken + 1, reason: reason, action: rules.action))
      return rules
    }
  }

  /// Why a turn came to nothing.
  private struct Failure: Error {
    let reason: String
  }

  /// One turn, cut off when its time is over.
  private func turn(_ situation: Situation) async throws -> Result<Decision, Failure> {
    let history = try await log.recentDecisions(8)
    let time = limits.time
    return try await withThrowingTaskGroup(of: Result<Decision, Failure>.self) { group in
      group.addTask { try await self.converse(situation, history) }
      group.addTask {
        try await Task.sleep(for: time)
        return .failure(Failure(reason: "The arbiter did not decide in \(time / .seconds(1)) seconds."))
      }
      defer { group.cancelAll() }
      return try await group.next() ?? .failure(Failure(reason: "The arbiter said nothing."))
    }
  }

  private func converse(_ situation: Situation, _ history: [PastDecision]) async throws -> Result<Decision, Failure> {
    let prompt = ArbiterPrompt(situation: situation, history: history)
    let tools = specialists.tools + ArbiterTools.deciding
    var messages: [Message] = [.system(ArbiterPrompt.system), .user(prompt.request)]
    var advice: [(role: SpecialistRole, text: String)] = []
    var consulted = 0
    var useless = 0
    while true {
      try Task.checkCancellation()
      let reply: ModelReply
      do {
        reply = try await tool.reply(to: messages, tools: tools, format: nil)
      } catch .cancelled {
        throw CancellationError()
      } catch {
        return .failure(Failure(reason: "The arbiter could not be asked: \(error)"))
      }
      let reading = CallReading(reply, tools: tools)
      guard let call = reading.calls.first else {
        useless += 1
        let mistake = reading.mistake ?? "There is no call in your answer."
        guard useless < limits.uselessAnswers else {
          return .failure(Failure(reason: "The arbiter gave no decision. \(mistake)"))
        }
        messages.append(.assistant(reading.mistake == nil ? reply.content : "(an answer that was not accepted)"))
        messages.append(.user("[phase=decision role=arbiter attempt=\(useless + 1)]\n\n\(mistake) Call change_phase."))
        continue
      }
      let result: String
      if let role = specialists.role(ofTool: call.name) {
        consulted += 1
        if consulted > limits.consultations {
          guard consulted <= limits.consultations + 1 else {
            return .failure(
              Failure(reason: "The arbiter only consulted, \(limits.consultations) times, and did not decide.")
            )
          }
          result = "You have consulted \(limits.consultations) times in this turn. Decide now, with change_phase."
        } else {
          let answer = try await consult(role, call, prompt.summary, situation)
          if let text = answer.text { advice.append((role, text)) }
          result = answer.text ?? answer.problem
        }
      } else {
        switch choice(of: call, in: situation, history) {
        case .success(let action):
          return .success(decision(action, call, advice, situation, history))
        case .failure(let failure):
          useless += 1
          guard useless < limits.uselessAnswers else { return .failure(failure) }
          let legal = situation.legal.map { "\($0)" }.joined(separator: ", ")
          result = "\(failure.reason) The legal steps are: \(legal)."
        }
      }
      messages.append(.assistant(reply.content, toolCalls: [call]))
      messages.append(.result(result, of: call))
    }
  }

  private func decision(
    _ action: Action,
    _ call: ToolCall,
    _ advice: [(role: SpecialistRole, text: String)],
    _ situation: Situation,
    _ history: [PastDecision]
  ) -> Decision {
    let reason = call.arguments["reason"]?.string ?? call.arguments["question"]?.string ?? "It gave no reason."
    // Advice that has not helped a task once is not given again.
    let hasFailed = history.contains { past in
      past.hadGuidance && past.action.task == action.task && action.task != nil
        && ["failed", "rejected", "no verdict", "over context"].contains(past.result ?? "")
    }
    let guidance =
      hasFailed || advice.isEmpty
      ? nil : advice.map { "From the \($0.role.rawValue) specialist:\n\($0.text)" }.joined(separator: "\n\n")
    return Decision(
      action: action,
      reason: reason,
      maker: "arbiter \(tool.model.name)",
      guidance: guidance.map { String(decoding: $0.utf8.prefix(6000), as: UTF8.self) },
      question: call.arguments["question"]?.string
    )
  }

  /// The step that a call means, if it is legal.
  private func choice(of call: ToolCall, in situation: Situation, _ history: [PastDecision]) -> Result<Action, Failure>
  {
    func legal(_ phase: PhaseName, _ task: String?) -> Result<Action, Failure> {
      let steps = situation.legal.filter { $0.phase == phase }
      guard let task, !task.isEmpty else {
        return steps.first.map { .success($0) }
          ?? .failure(Failure(reason: "No step of phase '\(phase.rawValue)' is legal now."))
      }
      guard let id = TaskID(task),
        let step = steps.first(where: { $0.task == id }) ?? steps.first(where: { $0.task == nil })
      else { return .failure(Failure(reason: "'\(phase.rawValue)' of '\(task)' is not legal now.")) }
      return .success(step)
    }
    switch call.name {
    case ArbiterTools.changePhase:
      let name = call.arguments["phase"]?.string ?? ""
      guard let phase = PhaseName(rawValue: name) else {
        return .failure(Failure(reason: "There is no phase '\(name)'."))
      }
      return legal(phase, call.arguments["task"]?.string)
    case ArbiterTools.continuePhase:
      guard let phase = history.last?.action.phase else {
        return .failure(Failure(reason: "There is no last step to go on from."))
      }
      return legal(phase, nil)
    case ArbiterTools.askUser:
      let task = call.arguments["task"]?.string ?? ""
      guard let id = TaskID(task), situation.askable.contains(id) else {
        return .failure(Failure(reason: "The user cannot be asked about '\(task)' now; it would not fail otherwise."))
      }
      return .success(.ask(id))
    case ArbiterTools.restore:
      let name = call.arguments["checkpoint"]?.string ?? ""
      let restore = situation.legal.first { action in
        if case .restore(let id, _) = action { "\(id)" == name } else { false }
      }
      return restore.map { .success($0) } ?? .failure(Failure(reason: "'\(name)' cannot be restored now."))
    default:
      return .failure(Failure(reason: "There is no tool '\(call.name)'."))
    }
  }

  // MARK: - Consulting

  private func consult(
    _ role: SpecialistRole,
    _ call: ToolCall,
    _ summary: String,
    _ situation: Situation
  ) async throws -> (text: String?, problem: String) {
    let query = call.arguments["query"]?.string ?? ""
    let context = call.arguments["context"]?.string ?? ""
    let key = ConsultationKey(role: role.rawValue, query: query, context: context, progress: situation.progress.key)
    var event = ConsultationEvent(
      step: situation.state.stepsTaken + 1,
      role: role.rawValue,
      query: query,
      context: context,
      progress: key.progress
    )
    if let known = try await log.answer(to: key) {
      event.answer = known
      event.isRepeated = true
      try await log.note(event)
      return ("You asked this before, and nothing has changed since. The answer was:\n\(known)", "")
    }
    guard let specialist = specialists[role], !query.isEmpty else { return (nil, "The question is empty.") }
    let asked = SpecialistQuestion(query: query, context: context, situation: summary)
    let answer: String
    do throws(ModelError) {
      answer = try await specialist.answer(asked)
    } catch {
      if error == .cancelled { throw CancellationError() }
      event.error = "\(error)"
      try await log.note(event)
      return (nil, "The specialist could not be asked: \(error)")
    }
    event.answer = answer
    try await log.note(event)
    return answer.isEmpty ? (nil, "The specialist had no answer.") : (answer, "")
  }
}
