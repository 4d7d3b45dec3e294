package import Pipeline

/// Makes a prompt fit with as little loss as it can.
///
/// First lines go that stand above already, in older results and messages; then old results are replaced by notes, as
/// many as it takes; then old exchanges. Only where not even that is enough, the messages that must stay lose the
/// middle of their longest passages and what has the least to do with the last message. Nothing refers to lines that
/// the model is not shown.
package struct ContextReducer: PromptReducer {
  /// How much of the last message says what the prompt is about; in bytes.
  private static let queryLength = 2000

  private let fitter: PromptFitter
  private let shortensFixed: Bool

  /// Without `shortensFixed`, what the fitter keeps stays as it is, and a prompt that does not fit so is refused.
  package init(fitter: PromptFitter = PromptFitter(), shortensFixed: Bool = true) {
    self.fitter = fitter
    self.shortensFixed = shortensFixed
  }

  package func reduce(
    _ request: ModelRequest,
    estimator: TokenEstimator
  ) throws(ModelError) -> ReducedPrompt {
    let limit = PromptFitter.limit(for: request.options)
    let tokens = PromptSize(request, estimator).tokens(request.messages)
    guard tokens > limit else { return ReducedPrompt(messages: request.messages, tokens: tokens) }
    do throws(ModelError) {
      return try fit(request, tokens, to: limit, estimator)
    } catch {
      guard shortensFixed, case .overContext(let least?, _) = error else { throw error }
      let (shorter, removals) = shortened(request, by: least - limit, estimator)
      var fitted = try fitter.fit(shorter, to: limit, estimator: estimator)
      fitted.prompt.removals = removals.filter { fitted.origins.contains($0.message) }
      return fitted.prompt
    }
  }

  /// Leaves as much to the fitter as repeated lines do not make free.
  private func fit(
    _ request: ModelRequest,
    _ tokens: Int,
    to limit: Int,
    _ estimator: TokenEstimator
  ) throws(ModelError) -> ReducedPrompt {
    let step = PromptFitter.step(of: limit)
    // The fitter alone always does it, or nothing does.
    var best = try fitter.fit(request, to: limit, estimator: estimator).prompt
    var low = 1
    var high = (tokens - limit + step - 1) / step
    while low <= high {
      let steps = (low + high) / 2
      let fitted = try fitter.fit(request, to: limit + steps * step, estimator: estimator)
      let prompt = withoutRepeats(fitted, request, limit, estimator)
      if prompt.tokens <= limit {
        best = prompt
        low = steps + 1
      } else {
        high = steps - 1
      }
    }
    return best
  }

  private func withoutRepeats(
    _ fitted: PromptFitter.Fitted,
    _ request: ModelRequest,
    _ limit: Int,
    _ estimator: TokenEstimator
  ) -> ReducedPrompt {
    var fitted = fitted
    let size = PromptSize(request, estimator)
    let excess = size.bytes(from: fitted.prompt.tokens, to: PromptFitter.goal(for: fitted.prompt.tokens, limit: limit))
    let messages = fitted.prompt.messages
    let kinds = zip(messages, fitted.isFixed).map { message, isFixed -> ContextPart.Kind in
      switch message.role {
      case .tool where !isFixed: .output
      case .user where !isFixed: .text
      default: .fixed
      }
    }
    let (shorter, removals) = optimized(messages, kinds, by: excess, steps: ContextStep.harmless, query: "")
    fitted.prompt.messages = shorter
    fitted.prompt.tokens = size.tokens(shorter)
    fitted.prompt.removals = removals.map { removal in
      var removal = removal
      removal.message = fitted.origins[removal.message]
      return removal
    }
    return fitted.prompt
  }

  /// Shortens the user's messages themselves, except for their beginnings and for code.
  private func shortened(
    _ request: ModelRequest,
    by tokens: Int,
    _ estimator: TokenEstimator
  ) -> (request: ModelRequest, removals: [PromptRemoval]) {
    var request = request
    let kinds = request.messages.map { $0.role == .user ? ContextPart.Kind.text : .fixed }
    let excess = PromptSize(request, estimator).bytes(from: tokens, to: 0)
    let task = request.messages.last { $0.role == .user }?.content.utf8.prefix(Self.queryLength)
    let (messages, removals) = optimized(
      request.messages,
      kinds,
      by: excess,
      steps: [.blanks, .sections, .relevance],
      query: String(decoding: task.map(Array.init) ?? [], as: UTF8.self)
    )
    request.messages = messages
    return (request, removals)
  }

  private func optimized(
    _ messages: [Message],
    _ kinds: [ContextPart.Kind],
    by excess: Int,
    steps: [ContextStep],
    query: String
  ) -> (messages: [Message], removals: [PromptRemoval]) {
    var messages = messages
    let parts = zip(messages, kinds).map { ContextPart(Array($0.content.utf8), kind: $1) }
    let target = parts.reduce(0) { $0 + $1.bytes.count } - excess
    let optimized = ContextOptimizer(steps: steps).optimize(parts, to: target, query: query)
    var removals: [PromptRemoval] = []
    for (position, text) in optimized.enumerated() where !text.removals.isEmpty {
      messages[position].content = text.text
      removals += text.removals.map { removal in
        PromptRemoval(
          message: position,
          step: removal.step.rawValue,
          offset: removal.originalOffset,
          bytes: removal.removed.count
        )
      }
    }
    return (messages, removals)
  }
}
