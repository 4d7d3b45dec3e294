package import Pipeline

/// Makes a prompt fit with as little loss as it can.
///
/// First lines go that stand above already, in older results and messages; then old results are replaced by notes, as
/// many as it takes; then old exchanges. Only where not even that is enough, what the system prompt quotes from the
/// project, and then the messages that must stay, lose the middle of their longest passages and what has the least to do
/// with the step. Nothing refers to lines that the model is not shown.
package struct ContextReducer: PromptReducer {
  /// How much of the user's first message says what the prompt is about; in bytes.
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
      return try fit(request, to: limit, estimator)
    } catch {
      guard shortensFixed, case .overContext(let least?, _) = error else { throw error }
      return try lastResort(request, least, to: limit, estimator)
    }
  }

  /// Shortens what the fitter keeps, which has `least` tokens.
  private func lastResort(
    _ request: ModelRequest,
    _ least: Int,
    to limit: Int,
    _ estimator: TokenEstimator
  ) throws(ModelError) -> ReducedPrompt {
    let quoted = Self.quotation(of: request)
    let excess = quoted - PromptRoom.quoted(in: request, besides: quoted, estimator)
    if excess > 0 {
      // As much in every turn, so that the beginning stays the same while the conversation grows.
      let (shorter, removals) = shortened(request, [.system], by: excess)
      if let fitted = try? fitter.fit(shorter, to: limit, estimator: estimator) {
        return Self.prompt(fitted, removals)
      }
    }
    let bytes = PromptSize(request, estimator).bytes(from: least, to: limit)
    let whole = PromptFitter.steps(toFree: bytes, of: limit) * PromptFitter.stepBytes(of: limit)
    let (shorter, removals) = shortened(request, [.system, .user], by: whole)
    return Self.prompt(try fitter.fit(shorter, to: limit, estimator: estimator), removals)
  }

  private static func prompt(_ fitted: PromptFitter.Fitted, _ removals: [PromptRemoval]) -> ReducedPrompt {
    var prompt = fitted.prompt
    prompt.removals += removals.filter { fitted.origins.contains($0.message) }
    return prompt
  }

  /// The bytes that the system prompt quotes from the project.
  private static func quotation(of request: ModelRequest) -> Int {
    guard let content = request.messages.first(where: { $0.role == .system })?.content else { return 0 }
    return content.utf8.distance(from: SystemPrompt.quotationStart(in: content), to: content.endIndex)
  }

  /// Leaves as much to the fitter as repeated lines do not make free.
  private func fit(
    _ request: ModelRequest,
    to limit: Int,
    _ estimator: TokenEstimator
  ) throws(ModelError) -> ReducedPrompt {
    // The fitter alone always does it, or nothing does.
    var best = try fitter.fit(request, to: limit, estimator: estimator).prompt
    var low = 1
    let bytes = TokenEstimator.bytes(of: request.messages)
    var high = PromptFitter.steps(toFree: PromptSize(request, estimator).excess(of: bytes, over: limit), of: limit)
    while low <= high {
      let spared = (low + high) / 2
      let fitted = try fitter.fit(request, to: limit, estimator: estimator, sparing: spared)
      let prompt = withoutRepeats(fitted, request, estimator)
      if prompt.tokens <= limit {
        best = prompt
        low = spared + 1
      } else {
        high = spared - 1
      }
    }
    return best
  }

  private func withoutRepeats(
    _ fitted: PromptFitter.Fitted,
    _ request: ModelRequest,
    _ estimator: TokenEstimator
  ) -> ReducedPrompt {
    var fitted = fitted
    let messages = fitted.prompt.messages
    let masked = Set(fitted.prompt.removals.map(\.message))
    let kinds = messages.indices.map { index -> ContextPart.Kind in
      // What stands in the place of a result is ours.
      let isFixed = fitted.isFixed[index] || masked.contains(fitted.origins[index])
      return switch messages[index].role {
      case .tool where !isFixed: .output
      case .user where !isFixed: .text
      default: .fixed
      }
    }
    // All of them, or every turn would take a line more, and the beginning would not stay the same.
    let bytes = TokenEstimator.bytes(of: messages)
    let (shorter, removals) = optimized(messages, kinds, by: bytes, steps: ContextStep.harmless, query: "")
    fitted.prompt.messages = shorter
    fitted.prompt.tokens = PromptSize(request, estimator).tokens(shorter)
    fitted.prompt.removals += removals.map { removal in
      var removal = removal
      removal.message = fitted.origins[removal.message]
      return removal
    }
    return fitted.prompt
  }

  /// Shortens what the system prompt quotes from the project, and the user's messages except for their beginnings, both
  /// without their code; those of the first role first.
  private func shortened(
    _ request: ModelRequest,
    _ roles: [Message.Role],
    by bytes: Int
  ) -> (request: ModelRequest, removals: [PromptRemoval]) {
    var request = request
    let before = TokenEstimator.bytes(of: request.messages)
    // The first says what the step is about; later ones only how its answers went.
    let task = request.messages.first { $0.role == .user }?.content.utf8.prefix(Self.queryLength)
    let query = String(decoding: task.map(Array.init) ?? [], as: UTF8.self)
    var removals: [PromptRemoval] = []
    for role in roles {
      let rest = bytes - (before - TokenEstimator.bytes(of: request.messages))
      guard rest > 0 else { break }
      let kinds = request.messages.map { $0.role == role ? ContextPart.Kind.text : .fixed }
      let (messages, own) = optimized(
        request.messages,
        kinds,
        by: rest,
        steps: [.blanks, .sections, .relevance],
        query: query
      )
      request.messages = messages
      removals += own
    }
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
    // Of the system prompt only what it quotes is anything but fixed.
    let starts = zip(messages, kinds).map { message, kind in
      let content = message.content
      guard message.role == .system, kind != .fixed else { return 0 }
      return content.utf8.distance(from: content.startIndex, to: SystemPrompt.quotationStart(in: content))
    }
    let parts = zip(zip(messages, kinds), starts).map {
      ContextPart(Array($0.0.content.utf8.dropFirst($1)), kind: $0.1)
    }
    let target = parts.reduce(0) { $0 + $1.bytes.count } - excess
    let optimized = ContextOptimizer(steps: steps).optimize(parts, to: target, query: query)
    var removals: [PromptRemoval] = []
    for (position, text) in optimized.enumerated() where !text.removals.isEmpty {
      let start = starts[position]
      let beginning = String(decoding: Array(messages[position].content.utf8.prefix(start)), as: UTF8.self)
      messages[position].content = beginning + text.text
      removals += text.removals.map { removal in
        PromptRemoval(
          message: position,
          step: removal.step.rawValue,
          offset: start + removal.originalOffset,
          bytes: removal.removed.count
        )
      }
    }
    return (messages, removals)
  }
}
