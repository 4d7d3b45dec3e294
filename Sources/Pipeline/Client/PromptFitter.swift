/// The plain reducer: first the oldest results of tools go, then the texts of past writes, which are in their files, then
/// the oldest exchanges.
///
/// A note stands in the place of a result or text; how many messages are gone is said at the end of the user's first, so
/// that the last begins with its fixed line. System messages, the first and the last message of the user, the last error,
/// and all from the last call of a tool on stay as they are but for such texts, and a call is never parted from its
/// result. What is taken out grows in large steps, so that the beginning of a growing conversation stays the same for
/// many turns, and with it the server's cache of it.
package struct PromptFitter: PromptReducer {
  /// The part of the window that is made free at a time.
  private static let share = 0.25
  /// An answer that would get fewer tokens than this is not worth a longer prompt.
  private static let leastAnswer = 1024
  /// How a note says that something is gone; a file that is to hold this was copied from a note.
  package static let leftOut = "were left out here to save room"

  private let isError: @Sendable (Message) -> Bool
  private let isPinned: @Sendable (Message) -> Bool

  /// Makes a fitter that knows the results which report errors by `isError`, and what else must stay by `isPinned`.
  package init(
    isError: @escaping @Sendable (Message) -> Bool = { Self.reportsError($0) },
    isPinned: @escaping @Sendable (Message) -> Bool = { _ in false }
  ) {
    self.isError = isError
    self.isPinned = isPinned
  }

  /// The tokens that a prompt may have, so that the answer fits behind it; half of the window is always left to the prompt.
  package static func limit(for options: ModelOptions) -> Int {
    options.numContext - min(options.numPredict, options.numContext / 2)
  }

  /// The most tokens that a prompt may have where it cannot be made shorter: the answer gets what is left.
  package static func most(for options: ModelOptions) -> Int {
    options.numContext - min(options.numPredict, options.numContext / 2, leastAnswer)
  }

  /// The tokens that the beginning of a conversation may have, so that a quarter of the window is left to the results of
  /// an answer's calls.
  static func beginning(for options: ModelOptions) -> Int { most(for: options) - options.numContext / 4 }

  /// The tokens that an answer may have behind a prompt of so many.
  package static func answer(for options: ModelOptions, behind tokens: Int) -> Int {
    min(options.numPredict, max(options.numContext - tokens, BudgetLedger.leastAnswer))
  }

  package func reduce(
    _ request: ModelRequest,
    estimator: TokenEstimator
  ) throws(ModelError) -> ReducedPrompt {
    try fit(request, to: Self.limit(for: request.options), estimator: estimator).prompt
  }

  /// A prompt of at most so many tokens, and what became of each message.
  package struct Fitted: Sendable {
    package var prompt: ReducedPrompt
    /// Where each message stood before.
    package var origins: [Int]
    /// Whether each message is one that no rule of the fitter may touch.
    package var isFixed: [Bool]
  }

  /// Shortens the request to at most `limit` tokens, or as near to it as the window allows, or throws `overContext`.
  ///
  /// With `spared` steps it takes so many steps less, and looks no further whether that is enough.
  package func fit(
    _ request: ModelRequest,
    to limit: Int,
    estimator: TokenEstimator,
    sparing spared: Int = 0
  ) throws(ModelError) -> Fitted {
    let size = PromptSize(request, estimator)
    var conversation = FittedConversation(request.messages, isError: isError, isPinned: isPinned)
    let steps = Self.steps(toFree: size.excess(of: conversation.bytes, over: limit), of: limit)
    let goal = conversation.bytes - max(0, steps - spared) * Self.stepBytes(of: limit)
    while conversation.bytes > goal, conversation.shortenOldestResult() {}
    while conversation.bytes > goal, conversation.shortenOldestWrite() {}
    while conversation.bytes > goal, conversation.removeOldestExchange() {}
    let count = size.tokens(conversation.bytes)
    guard spared > 0 || count <= max(limit, Self.most(for: request.options)) else {
      throw .overContext(promptTokens: count, limit: request.options.numContext)
    }
    let prompt = ReducedPrompt(
      messages: conversation.messages,
      tokens: count,
      shortenedResults: conversation.shortenedResults,
      removedMessages: conversation.removedMessages,
      removals: conversation.removals.filter { conversation.origins.contains($0.message) }
    )
    return Fitted(prompt: prompt, origins: conversation.origins, isFixed: conversation.isFixed)
  }

  /// How many parts of the window have to be made free for so many bytes to go.
  package static func steps(toFree bytes: Int, of limit: Int) -> Int {
    let step = stepBytes(of: limit)
    return bytes > 0 ? (bytes + step - 1) / step : 0
  }

  /// The bytes that are made free at a time, at three a token: what is learnt of a model must not move what was left out
  /// before.
  package static func stepBytes(of limit: Int) -> Int { 3 * max(1, Int(Double(limit) * share)) }

  /// Whether a tool's result says what is wrong: what a check printed, or a text that begins with 'Error'.
  package static func reportsError(_ message: Message) -> Bool {
    guard message.role == .tool else { return false }
    return message.toolName == "run_check" || message.content.utf8.prefix(5).map { $0 | 0x20 } == Array("error".utf8)
  }

  /// Whether a tool's result says that a file was changed as the call wanted it.
  static func tellsOfAChange(_ message: Message) -> Bool {
    message.role == .tool && ["Created '", "Wrote '", "Changed '"].contains { message.content.hasPrefix($0) }
  }
}
