/// What asking a model once came to.
enum Asked {
  case reply(Answer)
  case overContext(String)
  /// There was an answer, but nothing that can be used.
  case unusable
}

extension AgentLoop {
  /// Asks the model for its next answer, shortening the prompt by rule where it would not fit.
  func ask(_ session: inout AgentSession, _ style: AskStyle) async throws -> Asked {
    var isSecondTry = false
    while true {
      let request: ModelRequest
      let reduced: ReducedPrompt
      do {
        (request, reduced) = try makeRequest(session, style)
      } catch {
        return .overContext("\(error)")
      }
      let reservation: Reservation
      do {
        reservation = try await ledger.reserve(promptTokens: reduced.tokens, wanted: request.options.numPredict)
      } catch {
        throw StepStop.budget(error)
      }
      var limited = request
      limited.options.numPredict = reservation.numPredict
      try await journal.commit([], [.modelRequest(requestEvent(limited, session, reduced))])
      session.countCall()
      let start = ContinuousClock.now
      switch try await reply(to: limited, within: reservation.timeLeft) {
      case .success(let reply):
        let spent = await ledger.settle(reservation, usage: reply.usage)
        let event = responseEvent(reply, session, after: ContinuousClock.now - start)
        let changes = [.spent(spent)] + (await calibration())
        return .reply(Answer(reply: reply, changes: changes, events: [.modelResponse(event)]))
      case .failure(let error):
        var usage: ModelUsage?
        if case .promptCut(_, _, let seen) = error { usage = ModelUsage(promptTokens: seen) }
        let spent = await ledger.settle(reservation, usage: usage)
        let warning = MessageEvent(message: "\(error)", step: session.brief.step, task: session.brief.task)
        try await journal.commit([.spent(spent)], [.warning(warning)])
        switch error {
        case .overContext, .promptCut:
          guard !isSecondTry else { return .overContext("\(error)") }
          isSecondTry = true
          session.windowLimit = Self.smallerWindow(after: error, estimate: reduced.tokens)
        case .answerTooLong:
          return .unusable
        default:
          throw Self.stop(for: error)
        }
      }
    }
  }

  /// How much of a prompt the server has shown that it takes.
  private static func smallerWindow(after error: ModelError, estimate: Int) -> Int {
    switch error {
    case .promptCut(_, _, let seen): seen
    case .overContext(_, let limit): min(limit ?? .max, estimate * 3 / 4)
    default: estimate
    }
  }

  private func makeRequest(
    _ session: AgentSession,
    _ style: AskStyle
  ) throws(ModelError) -> (ModelRequest, ReducedPrompt) {
    let model = session.brief.model
    var request = ModelRequest(
      model: model.name,
      messages: session.messages,
      tools: session.tools,
      options: ModelOptions(
        numContext: min(model.numContext, session.windowLimit ?? .max),
        numPredict: model.numPredict,
        temperature: model.temperature
      ),
      think: model.think,
      keepAlive: model.keepAlive,
      server: model.server
    )
    if let closing = style.closing(line: session.brief.line) { request.messages.append(closing) }
    let reduced = try reducer.reduce(request, estimator: meter.estimator)
    request.messages = reduced.messages
    request.rewrite(for: style, line: session.brief.line)
    // The window is pinned for the whole run: another size would make the server load the model anew.
    request.options.numContext = model.numContext
    request.options.numPredict = min(model.numPredict, max(model.numContext - reduced.tokens, BudgetLedger.leastAnswer))
    return (request, reduced)
  }

  /// Asks, and gives up when the run's own time is over.
  private func reply(to request: ModelRequest, within limit: Duration?) async throws -> Result<ModelReply, ModelError> {
    if let result = try await client.reply(to: request, within: limit, progress: progress) { return result }
    let seconds = (limit ?? .zero) / .seconds(1)
    throw StepStop.budget(BudgetExhausted(kind: .time, spent: seconds, limit: seconds))
  }

  private static func stop(for error: ModelError) -> StepStop {
    switch error {
    case .refused, .modelMissing, .unmatchedScenario: .configuration("\(error)")
    default: .unavailable("\(error)")
    }
  }

  /// Makes what the answer taught about tokens durable.
  private func calibration() async -> [StateChange] {
    let estimator = meter.estimator
    return await journal.state.tokenEstimator == estimator ? [] : [.tokensCalibrated(estimator)]
  }

  private func requestEvent(
    _ request: ModelRequest,
    _ session: AgentSession,
    _ reduced: ReducedPrompt
  ) -> ModelRequestEvent {
    ModelRequestEvent(
      step: session.brief.step,
      model: request.model.description,
      server: request.server,
      messages: request.messages.count,
      estimatedTokens: reduced.tokens,
      numCtx: request.options.numContext,
      numPredict: request.options.numPredict,
      tools: request.tools.map { $0.name },
      shortenedResults: reduced.shortenedResults > 0 ? reduced.shortenedResults : nil,
      removedMessages: reduced.removedMessages > 0 ? reduced.removedMessages : nil,
      removals: reduced.removals.isEmpty ? nil : reduced.removals,
      prompt: session.modelCalls == 0 ? session.brief.notes : nil
    )
  }

  private func responseEvent(
    _ reply: ModelReply,
    _ session: AgentSession,
    after duration: Duration
  ) -> ModelResponseEvent {
    ModelResponseEvent(
      step: session.brief.step,
      model: reply.model.description,
      server: reply.server,
      finish: reply.finish.description,
      promptTokens: reply.usage.promptTokens,
      outputTokens: reply.usage.outputTokens,
      tools: reply.toolCalls.map { $0.name },
      seconds: duration / .seconds(1)
    )
  }
}
