package import JSON
package import Orchestration
package import Pipeline
import Synchronization

/// The one way to a model outside the phases: counted, paid from the decision maker's reserve, and journalled.
package final class UnifiedModelTool: ModelTool {
  package let model: PhaseModel
  private let client: any ModelClient
  private let meter: TokenMeter
  private let ledger: BudgetLedger
  private let journal: Journal
  private let reducer: any PromptReducer
  /// What a spending is written down as: the run's own, or that of the decision maker's reserve.
  private let charge: @Sendable (Spending) -> StateChange
  private let counts = Mutex(ModelStatistics())

  /// Takes a client that throws `promptCut` by the counts of the same `meter`.
  package init(
    model: PhaseModel,
    client: any ModelClient,
    meter: TokenMeter,
    ledger: BudgetLedger,
    journal: Journal,
    reducer: any PromptReducer = PromptFitter(),
    charge: @escaping @Sendable (Spending) -> StateChange = { .reserveSpent($0) }
  ) {
    self.charge = charge
    self.model = model
    self.client = client
    self.meter = meter
    self.ledger = ledger
    self.journal = journal
    self.reducer = reducer
  }

  package var statistics: ModelStatistics { counts.withLock { $0 } }

  package func reply(
    to messages: [Message],
    tools: [ToolDefinition],
    format: JSONValue?
  ) async throws(ModelError) -> ModelReply {
    var request = ModelRequest(
      model: model.name,
      messages: messages,
      tools: tools,
      format: format,
      options: ModelOptions(
        numContext: model.numContext,
        numPredict: min(model.numPredict, 2048),
        temperature: model.temperature
      ),
      think: model.think,
      keepAlive: model.keepAlive,
      server: model.server
    )
    let reduced = try reducer.reduce(request, estimator: meter.estimator)
    request.messages = reduced.messages
    if model.handling.writesCallsAsText, !tools.isEmpty {
      request.rewrite(for: .described, line: Self.line(of: messages))
    }
    let reservation: Reservation
    do {
      reservation = try await ledger.reserve(promptTokens: reduced.tokens, wanted: request.options.numPredict)
    } catch {
      throw .unusable(server: model.server, message: "What it may spend is spent: \(error)")
    }
    request.options.numPredict = reservation.numPredict
    let step = await journal.state.stepsTaken + 1
    await note([], .modelRequest(requestEvent(request, reduced, step)))
    let start = ContinuousClock.now
    do {
      let reply = try await client.reply(to: request)
      let time = ContinuousClock.now - start
      let spent = await ledger.settle(reservation, usage: reply.usage)
      count(reply.usage, time)
      await note([charge(spent)], .modelResponse(responseEvent(reply, step, time)))
      return reply
    } catch {
      let spent = await ledger.settle(reservation, usage: nil)
      counts.withLock { counts in
        counts.calls += 1
        counts.failures += 1
        counts.time += ContinuousClock.now - start
      }
      await note([charge(spent)], .warning(MessageEvent(message: "\(error)", step: step)))
      throw error
    }
  }

  /// The fixed line with which the last message of ours begins.
  private static func line(of messages: [Message]) -> String {
    let last = messages.last { $0.role == .user }?.content ?? ""
    return String(last.prefix { $0 != "\n" })
  }

  private func count(_ usage: ModelUsage, _ time: Duration) {
    counts.withLock { counts in
      counts.calls += 1
      counts.promptTokens += usage.promptTokens ?? 0
      counts.outputTokens += usage.outputTokens ?? 0
      counts.time += time
    }
  }

  private func note(_ changes: [StateChange], _ event: Event) async {
    // Where nothing can be stored, the run ends with its next event anyhow, and says why.
    try? await journal.commit(changes, [event])
  }

  private func requestEvent(_ request: ModelRequest, _ reduced: ReducedPrompt, _ step: Int) -> ModelRequestEvent {
    ModelRequestEvent(
      step: step,
      model: request.model.description,
      server: request.server,
      messages: request.messages.count,
      estimatedTokens: reduced.tokens,
      numCtx: request.options.numContext,
      numPredict: request.options.numPredict,
      tools: request.tools.map { $0.name },
      shortenedResults: reduced.shortenedResults > 0 ? reduced.shortenedResults : nil,
      removedMessages: reduced.removedMessages > 0 ? reduced.removedMessages : nil,
      removals: reduced.removals.isEmpty ? nil : reduced.removals
    )
  }

  private func responseEvent(_ reply: ModelReply, _ step: Int, _ time: Duration) -> ModelResponseEvent {
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
