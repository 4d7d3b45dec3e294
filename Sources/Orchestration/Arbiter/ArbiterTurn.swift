import JSON
import Pipeline

/// One turn of the arbiter: it is shown the situation, may consult, and decides.
struct ArbiterTurn {
  private let tool: any ModelTool
  private let consultant: Consultant
  private let limits: ArbiterLimits
  private let prompt: ArbiterPrompt
  private let tools: OfferedTools
  private var messages: [Message]
  private var advice: [Advice]
  private var consulted = 0
  private var useless = 0

  init(
    tool: any ModelTool,
    tools: OfferedTools,
    consultant: Consultant,
    limits: ArbiterLimits,
    prompt: ArbiterPrompt
  ) {
    self.tool = tool
    self.consultant = consultant
    self.limits = limits
    self.prompt = prompt
    advice = (prompt.analysis?.advice).map { [$0] } ?? []
    self.tools = tools
    messages = [.system(ArbiterPrompt.system), .user(prompt.request)]
  }

  /// Talks with the model until it decides on a legal step.
  ///
  /// Throws `TurnFailure` where nothing comes of it.
  mutating func decide() async throws -> Decision {
    while true {
      try Task.checkCancellation()
      let reply = try await ask()
      let reading = tools.read(reply)
      guard let call = reading.calls.first else {
        try pointOut(reading.mistake, in: reply)
        continue
      }
      let result: String
      if let role = consultant.specialists.role(ofTool: call.name) {
        result = try await consult(role, call)
      } else {
        do {
          let choice = ArbiterChoice(situation: situation, last: prompt.history.last)
          let action = try choice.action(of: call)
          return decision(action, call)
        } catch {
          result = try refuse(error)
        }
      }
      messages.append(.assistant(reply.content, toolCalls: [call]))
      messages.append(.result(result, of: call))
    }
  }

  private func ask() async throws -> ModelReply {
    do {
      return try await tool.reply(to: messages, tools: tools.definitions, format: nil)
    } catch .cancelled {
      throw CancellationError()
    } catch {
      throw TurnFailure("The arbiter could not be asked: \(error)")
    }
  }

  /// Tells the model that there is no call in its answer that can be carried out.
  private mutating func pointOut(_ mistake: String?, in reply: ModelReply) throws(TurnFailure) {
    useless += 1
    let words = mistake ?? "There is no call in your answer."
    guard useless < limits.uselessAnswers else { throw TurnFailure("The arbiter gave no decision. \(words)") }
    messages.append(.assistant(mistake == nil ? reply.content : "(an answer that was not accepted)"))
    messages.append(.user("[phase=decision role=arbiter attempt=\(useless + 1)]\n\n\(words) Call change_phase."))
  }

  /// What the model is told of a choice that is not legal.
  private mutating func refuse(_ failure: TurnFailure) throws(TurnFailure) -> String {
    useless += 1
    guard useless < limits.uselessAnswers else { throw failure }
    let legal = situation.legal.map { "\($0)" }.joined(separator: ", ")
    return "\(failure.reason) The legal steps are: \(legal)."
  }

  private mutating func consult(_ role: SpecialistRole, _ call: ToolCall) async throws -> String {
    consulted += 1
    guard consulted <= limits.consultations else {
      guard consulted <= limits.consultations + 1 else {
        throw TurnFailure("The arbiter only consulted, \(limits.consultations) times, and did not decide.")
      }
      return "You have consulted \(limits.consultations) times in this turn. Decide now, with change_phase."
    }
    let question = SpecialistQuestion(
      query: call.arguments["query"]?.string ?? "",
      context: call.arguments["context"]?.string ?? "",
      situation: prompt.summary
    )
    switch try await consultant.ask(role, question, in: situation) {
    case .answer(let text):
      advice.append(Advice(role: role, text: text))
      return "\(text)\n\n\(Self.review)"
    case .known(let text):
      advice.append(Advice(role: role, text: text))
      return "You asked this before, and nothing has changed since. The answer was:\n\(text)"
    case .nothing(let reason), .away(let reason):
      return reason
    }
  }

  private func decision(_ action: Action, _ call: ToolCall) -> Decision {
    let question = call.arguments["question"]?.string
    let isBarred = action.task.map { prompt.advisedInVain.contains($0) } ?? false
    let review = AdviceReview(of: advice, by: call, for: action, isBarred: isBarred)
    return Decision(
      action: action,
      reason: call.arguments["reason"]?.string ?? question ?? "It gave no reason.",
      maker: "arbiter \(tool.model.name)",
      guidance: review.guidance,
      question: question,
      advice: review.uses.isEmpty ? nil : review.uses
    )
  }

  private var situation: Situation { prompt.situation }

  /// What follows every answer of a specialist: nothing is used unseen.
  private static let review = """
    (Judge this. If it is right, decide, and it goes to the step's model. If it is unclear, ask the interpreter; if you \
    doubt it, ask another specialist. With 'advice' you name whose advice goes on.)
    """
}
