package import JSON
package import Orchestration
package import Pipeline
import Synchronization

/// One model as a callable for whoever decides or is consulted.
package final class UnifiedModelTool: ModelTool {
  package let model: PhaseModel
  private let client: UnifiedModelClient
  private let meter: TokenMeter
  private let reducer: any PromptReducer
  private let answerLimit: Int
  private let passesBudget: Bool
  private let counts = Mutex(ModelStatistics())

  /// Takes the way to the model, what makes prompts fit by the meter, and the most tokens that an answer may have.
  ///
  /// The end of the budget is a model that cannot be used to those who can do without it, and passed on where wanted.
  package init(
    model: PhaseModel,
    client: UnifiedModelClient,
    meter: TokenMeter,
    reducer: any PromptReducer = PromptFitter(),
    answerLimit: Int = 2048,
    passesBudget: Bool = false
  ) {
    self.reducer = reducer
    self.answerLimit = answerLimit
    self.passesBudget = passesBudget
    self.model = model
    self.client = client
    self.meter = meter
  }

  package var estimator: TokenEstimator { meter.estimator }

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
        numPredict: min(model.numPredict, answerLimit),
        temperature: model.temperature
      ),
      think: model.think,
      keepAlive: model.keepAlive,
      server: model.server
    )
    let reduced = try reducer.reduce(request, estimator: meter.estimator)
    request.messages = reduced.messages
    request.note.take(reduced)
    request.options.numPredict = PromptFitter.answer(for: request.options, behind: reduced.tokens)
    if model.handling.writesCallsAsText, !tools.isEmpty {
      request.rewrite(for: .described, line: Self.line(of: messages))
    }
    let start = ContinuousClock.now
    do {
      let reply = try await client.reply(to: request)
      count(reply.usage, ContinuousClock.now - start)
      return client.hidingSecrets(in: reply)
    } catch {
      // What was not asked for want of a budget is no failure of the model.
      if case .budget(let exhausted) = error, !passesBudget {
        throw .unusable(server: model.server, message: "What it may spend is spent: \(exhausted)")
      }
      counts.withLock { counts in
        counts.calls += 1
        counts.failures += 1
        counts.time += ContinuousClock.now - start
      }
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
      counts.load += usage.load ?? .zero
    }
  }
}
