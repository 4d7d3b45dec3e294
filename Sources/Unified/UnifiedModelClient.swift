package import Pipeline
import Synchronization

/// The one way to a model in both modes: paid before it is asked, counted after, journalled and recorded.
package struct UnifiedModelClient: ModelClient {
  private let client: any ModelClient
  private let meter: TokenMeter
  private let ledger: BudgetLedger
  /// Absent where nothing is charged.
  private let prices: CallPrices?
  private let journal: Journal
  /// What a spending is written down as: the run's own, or that of the decision maker's reserve.
  private let charge: @Sendable (Spending) -> StateChange
  private let isFollowedByCommit: Bool

  /// Takes a client that throws `promptCut` by the counts of the same `meter`.
  ///
  /// An answer is stored with the next commit where who asks stores at once what it makes of it.
  package init(
    _ client: any ModelClient,
    meter: TokenMeter,
    ledger: BudgetLedger,
    prices: CallPrices? = nil,
    journal: Journal,
    isFollowedByCommit: Bool = false,
    charge: @escaping @Sendable (Spending) -> StateChange = { .spent($0) }
  ) {
    self.client = client
    self.meter = meter
    self.ledger = ledger
    self.prices = prices
    self.journal = journal
    self.isFollowedByCommit = isFollowedByCommit
    self.charge = charge
  }

  /// Asks the model, or throws `budget` where too little is left.
  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    var request = request
    let place = request.place
    let reservation: Reservation
    do {
      reservation = try await ledger.reserve(
        promptTokens: request.note.tokens,
        wanted: request.options.numPredict,
        price: prices?.price(of: place) ?? .free,
        server: request.server ?? "",
        journal: journal
      )
    } catch let exhausted as BudgetExhausted {
      throw .budget(exhausted)
    } catch {
      throw .cancelled
    }
    request.options.numPredict = reservation.numPredict
    let state = await journal.state
    // Outside of a run there are no steps.
    let step = request.note.step ?? (state.run == nil ? 0 : state.stepsTaken + 1)
    journal.recorder?.note(request)
    await note([], [.modelRequest(Self.event(of: request, step))])
    let start = ContinuousClock.now
    let arrived = Mutex(Arrived())
    do throws(ModelError) {
      var reply = try await answer(to: request, within: reservation.timeLeft) { news in
        arrived.withLock { $0.note(news) }
        progress(news)
      }
      let time = ContinuousClock.now - start
      let lost = arrived.withLock { $0.lost }
      let settled = await ledger.settle(reservation, usage: reply.usage, lost: lost, took: time) {
        for parts in lost { journal.recorder?.note(.written(parts)) }
        journal.recorder?.note(.reply(reply))
      }
      var response = Self.event(of: reply, step, after: time)
      response.microdollars = settled.spent.microdollars > 0 ? settled.spent.microdollars : nil
      let events = [.modelResponse(response)] + settled.passed.map { Event.budget($0) }
      let changes = await changes(settled.spent, place) + calibration()
      if isFollowedByCommit {
        journal.commitWithNext(changes, events)
      } else {
        await note(changes, events)
      }
      if reply.finish == .length { reply.cutBy = await ledger.limit(of: reservation) }
      return reply
    } catch {
      var usage: ModelUsage?
      if case .promptCut(_, _, let seen) = error { usage = ModelUsage(promptTokens: seen) }
      let time = ContinuousClock.now - start
      let (lost, written) = arrived.withLock { ($0.lost, $0.parts) }
      let settled = await ledger.settle(
        reservation,
        usage: usage,
        written: written,
        lost: lost,
        took: time,
        isCharged: error.isCharged
      ) {
        for parts in lost { journal.recorder?.note(.written(parts)) }
        if written > 0 || !lost.isEmpty { journal.recorder?.note(.written(written)) }
        journal.recorder?.note(.failure(error))
      }
      // Who cancels knows, and the end of the budget is told with the result.
      let isTold = if case .budget = error { true } else { error == .cancelled }
      let warning = MessageEvent(
        message: "\(error)",
        step: step,
        task: request.note.task,
        model: error.isInfrastructure ? place : nil
      )
      let events = settled.passed.map { Event.budget($0) }
      await note(changes(settled.spent, place), (isTold ? [] : [.warning(warning)]) + events)
      throw error
    }
  }

  /// The parts of an answer that have come, and of those before it that broke off and were asked for again.
  private struct Arrived {
    var parts = 0
    var lost: [Int] = []

    mutating func note(_ news: StreamProgress) {
      if news.stage == .retrying, parts > 0 { lost.append(parts) }
      parts = news.stage == .retrying ? 0 : news.parts
    }
  }

  /// The answer as it is recorded, for those who change no file with it.
  func hidingSecrets(in reply: ModelReply) -> ModelReply {
    let secrets = journal.secrets
    var reply = reply
    (reply.content, reply.thinking) = (secrets.mask(reply.content), secrets.mask(reply.thinking))
    reply.toolCalls = reply.toolCalls.map { secrets.mask($0) }
    return reply
  }

  /// What is written down of a call that is settled.
  private func changes(_ spent: Spending, _ place: String) -> [StateChange] {
    [charge(spent)] + [prices?.charge(place, spent)].compactMap { $0 }
  }

  /// Asks, and gives up when the run's own time is over.
  private func answer(
    to request: ModelRequest,
    within limit: Duration?,
    _ progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let result: Result<ModelReply, ModelError>?
    do {
      result = try await client.reply(to: request, within: limit, progress: progress)
    } catch {
      throw .cancelled
    }
    if let result { return try result.get() }
    throw .budget(await ledger.outOfTime)
  }

  /// What the answer taught about tokens, to be stored with it; of several steps at once each is heard when it ends.
  private func calibration() async -> [StateChange] {
    guard UnderwayStep.number == 0 else { return [] }
    let estimator = meter.estimator
    return await journal.state.tokenEstimator == estimator ? [] : [.tokensCalibrated(estimator)]
  }

  private func note(_ changes: [StateChange], _ events: [Event]) async {
    // Where nothing can be stored, the run ends with its next event anyhow, and says why.
    try? await journal.commit(changes, events)
  }

  private static func event(of request: ModelRequest, _ step: Int) -> ModelRequestEvent {
    let note = request.note
    return ModelRequestEvent(
      step: step,
      model: request.model.description,
      server: request.server,
      messages: request.messages.count,
      estimatedTokens: note.tokens,
      numCtx: request.options.numContext,
      numPredict: request.options.numPredict,
      tools: request.tools.map { $0.name },
      shortenedResults: note.shortenedResults > 0 ? note.shortenedResults : nil,
      removedMessages: note.removedMessages > 0 ? note.removedMessages : nil,
      removals: note.removals.isEmpty ? nil : note.removals,
      prompt: note.prompt
    )
  }

  private static func event(of reply: ModelReply, _ step: Int, after time: Duration) -> ModelResponseEvent {
    ModelResponseEvent(
      step: step,
      model: reply.model.description,
      server: reply.server,
      finish: reply.finish.description,
      promptTokens: reply.usage.promptTokens,
      outputTokens: reply.usage.outputTokens,
      tools: reply.toolCalls.map { $0.name },
      seconds: time / .seconds(1)
    )
  }
}

extension ModelError {
  /// Whether the server may have worked, and charges what it wrote: the answer began, or nobody waited for its end.
  fileprivate var isCharged: Bool {
    switch self {
    case .timeout(let limit, _, _): limit == .idle || limit == .firstToken
    case .promptCut, .malformedStream, .answerTooLong, .cancelled, .budget: true
    case .transport, .unusable, .refused, .overContext, .serverError, .modelMissing, .unmatchedScenario, .unavailable:
      false
    }
  }
}
