/// The plain reducer: first the oldest results of tools go, then the oldest exchanges, each with a note in its place.
///
/// System messages, the first and the last message of the user, the last error, and all from the last call of a tool
/// on stay as they are, and a call is never parted from its result. What is taken out grows in large steps, so that
/// the beginning of a growing conversation stays the same for many turns, and with it the server's cache of it.
package struct PromptFitter: PromptReducer {
  /// The part of the window that is made free at a time.
  private static let share = 0.25

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

  package func reduce(
    _ request: ModelRequest,
    estimator: TokenEstimator
  ) throws(ModelError) -> ReducedPrompt {
    try fit(request, to: Self.limit(for: request.options), estimator: estimator).prompt
  }

  /// A prompt of at most so many tokens, and what became of each message.
  package struct Fitted: Sendable {
    package var prompt: ReducedPrompt
    /// Where each message stood before; nil for a note in the place of others.
    package var origins: [Int?]
    /// Whether each message is one that no rule of the fitter may touch.
    package var isFixed: [Bool]
  }

  /// Shortens the request to at most `limit` tokens, or throws `overContext`.
  package func fit(
    _ request: ModelRequest,
    to limit: Int,
    estimator: TokenEstimator
  ) throws(ModelError) -> Fitted {
    let size = PromptSize(request, estimator)
    var conversation = Conversation(request.messages, isError: isError, isPinned: isPinned)
    let goal = Self.goal(for: size.tokens(conversation.bytes), limit: limit)
    while size.tokens(conversation.bytes) > goal, conversation.shortenOldestResult() {}
    while size.tokens(conversation.bytes) > goal, conversation.removeOldestExchange() {}
    let count = size.tokens(conversation.bytes)
    guard count <= limit else { throw .overContext(promptTokens: count, limit: limit) }
    let prompt = ReducedPrompt(
      messages: conversation.messages,
      tokens: count,
      shortenedResults: conversation.shortenedResults,
      removedMessages: conversation.removedMessages
    )
    return Fitted(prompt: prompt, origins: conversation.origins, isFixed: conversation.isFixed)
  }

  /// How many tokens to come down to from so many, so that it holds for many turns: the limit, less whole steps.
  package static func goal(for tokens: Int, limit: Int) -> Int {
    let excess = tokens - limit
    guard excess > 0 else { return tokens }
    let step = Self.step(of: limit)
    return limit + excess - (excess + step - 1) / step * step
  }

  /// The tokens that are made free at a time.
  package static func step(of limit: Int) -> Int { max(1, Int(Double(limit) * share)) }

  /// Whether a tool's result says what is wrong: what a check printed, or a text that begins with 'Error'.
  package static func reportsError(_ message: Message) -> Bool {
    guard message.role == .tool else { return false }
    return message.toolName == "run_check" || message.content.utf8.prefix(5).map { $0 | 0x20 } == Array("error".utf8)
  }
}

/// A conversation in exchanges: a message with calls and their results together, any other message alone.
private struct Conversation {
  private struct Exchange {
    var messages: [Message]
    /// Where each message stands in the conversation; nil for a note.
    var origins: [Int?]
    var isFixed: Bool
  }

  /// A result must be longer than this to be worth a note; every note is shorter.
  private static let shortestShortened = 200

  private var exchanges: [Exchange] = []
  /// The first exchange that may still hold a long result.
  private var number = 0
  /// Where the note stands that says how much was left out.
  private var gap: Int?
  private(set) var bytes: Int
  private(set) var shortenedResults = 0
  private(set) var removedMessages = 0

  var messages: [Message] { exchanges.flatMap { $0.messages } }
  var origins: [Int?] { exchanges.flatMap { $0.origins } }
  var isFixed: [Bool] { exchanges.flatMap { exchange in exchange.messages.map { _ in exchange.isFixed } } }

  init(_ messages: [Message], isError: (Message) -> Bool, isPinned: (Message) -> Bool) {
    bytes = TokenEstimator.bytes(of: messages)
    for (position, message) in messages.enumerated() {
      if message.role == .tool, !exchanges.isEmpty {
        exchanges[exchanges.count - 1].messages.append(message)
        exchanges[exchanges.count - 1].origins.append(position)
      } else {
        exchanges.append(Exchange(messages: [message], origins: [position], isFixed: message.role == .system))
      }
    }
    fix(exchanges.firstIndex { $0.messages[0].role == .user })
    fix(exchanges.lastIndex { $0.messages[0].role == .user })
    fix(exchanges.lastIndex { $0.messages.contains(where: isError) })
    let last = exchanges.lastIndex { $0.messages.count > 1 } ?? exchanges.endIndex
    for index in exchanges.indices where index >= last || exchanges[index].messages.contains(where: isPinned) {
      fix(index)
    }
  }

  private mutating func fix(_ index: Int?) {
    if let index { exchanges[index].isFixed = true }
  }

  /// Replaces the oldest long result of a tool by a note, unless there is none.
  mutating func shortenOldestResult() -> Bool {
    while number < exchanges.endIndex {
      if !exchanges[number].isFixed {
        for (position, message) in exchanges[number].messages.enumerated() {
          guard let note = Self.note(for: message) else { continue }
          bytes -= message.content.utf8.count - note.utf8.count
          exchanges[number].messages[position].content = note
          shortenedResults += 1
          return true
        }
      }
      number += 1
    }
    return false
  }

  /// What to say in place of a result, or nothing if that would save little.
  private static func note(for message: Message) -> String? {
    guard message.role == .tool, message.content.utf8.count > shortestShortened else { return nil }
    let name = message.toolName.map { "'\($0.prefix(64))'" } ?? "a tool"
    return "[This result of \(name) was left out to save room. Call again to see it.]"
  }

  /// Leaves out the oldest exchange that may go, unless there is none.
  mutating func removeOldestExchange() -> Bool {
    guard let index = exchanges.firstIndex(where: { !$0.isFixed }) else { return false }
    removedMessages += exchanges[index].messages.count
    bytes -= TokenEstimator.bytes(of: exchanges[index].messages)
    if let gap {
      exchanges.remove(at: index)
      bytes -= TokenEstimator.bytes(of: exchanges[gap].messages)
    } else {
      gap = index
    }
    let note = Message.user("[\(removedMessages) earlier messages were left out here to save room.]")
    exchanges[gap ?? index] = Exchange(messages: [note], origins: [nil], isFixed: true)
    bytes += TokenEstimator.bytes(of: [note])
    return true
  }
}
