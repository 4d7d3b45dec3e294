import Wording

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
    var first: ModelError?
    while true {
      let request: ModelRequest
      do {
        request = try makeRequest(session, style)
      } catch {
        return .overContext(first.map { "\($0) The prompt cannot be made shorter." } ?? "\(error)")
      }
      if session.modelCalls == 0, session.brief.phase == .planning { warnOfShortenedPlan(request, session) }
      session.countCall()
      do throws(ModelError) {
        return .reply(Answer(reply: try await client.reply(to: request, progress: progress)))
      } catch {
        switch error {
        case .overContext, .promptCut:
          guard first == nil else { return .overContext("\(error)") }
          first = error
          session.windowLimit = Self.smallerWindow(after: error, estimate: request.note.tokens)
        case .answerTooLong:
          return .unusable
        default:
          throw Self.stop(for: error, of: session.brief.model)
        }
      }
    }
  }

  /// Says that the model makes its plan without having seen all that the user wrote.
  private func warnOfShortenedPlan(_ request: ModelRequest, _ session: AgentSession) {
    let bytes = request.note.removals.filter { $0.message == 0 }.reduce(0) { $0 + $1.bytes }
    guard bytes > 0 else { return }
    let message =
      "MASTER_PLAN.md and AGENTS.md do not fit into the window of '\(request.model)' (\(request.options.numContext) "
      + "tokens): the prompt is without \(Amount.bytes(bytes)) of them. Raise 'num_ctx', or shorten them."
    journal.commitWithNext([], [.warning(MessageEvent(message: message, step: session.brief.step))])
  }

  /// How much of a prompt the server has shown that it takes.
  private static func smallerWindow(after error: ModelError, estimate: Int) -> Int {
    switch error {
    case .promptCut(_, _, let seen): seen
    case .overContext(_, let limit): min(limit ?? .max, estimate * 3 / 4)
    default: estimate
    }
  }

  private func makeRequest(_ session: AgentSession, _ style: AskStyle) throws(ModelError) -> ModelRequest {
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
    request.note = RequestNote(step: session.brief.step, task: session.brief.task)
    request.note.take(reduced)
    if session.modelCalls == 0 { request.note.prompt = session.brief.notes }
    request.note.transcript =
      session.isFirst ? zip(request.messages, session.messages).prefix { $0 == $1 }.count : 0
    // The window is pinned for the whole run: another size would make the server load the model anew.
    request.options.numContext = model.numContext
    request.options.numPredict = PromptFitter.answer(for: request.options, behind: reduced.tokens)
    return request
  }

  private static func stop(for error: ModelError, of model: PhaseModel) -> any Error {
    switch error {
    case .cancelled: CancellationError()
    case .budget(let exhausted): StepStop.budget(exhausted)
    default: ModelFailure(model: model.place, error: error)
    }
  }
}
