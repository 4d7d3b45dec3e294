import JSON

/// A conversation in exchanges, as it gets shorter: a message with calls and their results together, any other alone.
struct FittedConversation {
  private struct Exchange {
    var messages: [Message]
    /// Where each message stands in the conversation.
    var origins: [Int]
    /// Whether nothing but the text of past writes may be shortened in it.
    var isFixed: Bool
    /// Whether it must not go as a whole.
    var isKept: Bool

    var speaker: Message.Role { messages[0].role }
  }

  /// A result must be longer than this to be worth a note; every note is shorter.
  private static let shortestResult = 200
  private static let shortestArgument = 1000

  private var exchanges: [Exchange] = []
  /// The first exchanges that may still hold a long result, and a long argument.
  private var nextResult = 0
  private var nextArgument = 0
  /// The message that says how much was left out, as it was before it said so.
  private var request: (exchange: Int, content: String)?
  private(set) var bytes: Int
  private(set) var shortenedResults = 0
  /// The results that are gone as a whole.
  private(set) var removals: [PromptRemoval] = []
  private(set) var removedMessages = 0

  var messages: [Message] { exchanges.flatMap { $0.messages } }
  var origins: [Int] { exchanges.flatMap { $0.origins } }
  var isFixed: [Bool] { exchanges.flatMap { exchange in exchange.messages.map { _ in exchange.isFixed } } }

  init(_ messages: [Message], isError: (Message) -> Bool, isPinned: (Message) -> Bool) {
    bytes = TokenEstimator.bytes(of: messages)
    for (position, message) in messages.enumerated() {
      if message.role == .tool, !exchanges.isEmpty {
        exchanges[exchanges.count - 1].messages.append(message)
        exchanges[exchanges.count - 1].origins.append(position)
      } else {
        let isSystem = message.role == .system
        exchanges.append(Exchange(messages: [message], origins: [position], isFixed: isSystem, isKept: isSystem))
      }
    }
    let first = exchanges.firstIndex { $0.speaker == .user }
    request = first.map { ($0, exchanges[$0].messages[0].content) }
    fix(first)
    fix(exchanges.lastIndex { $0.speaker == .user })
    fix(exchanges.lastIndex { $0.messages.contains(where: isError) })
    let last = exchanges.lastIndex { $0.messages.count > 1 } ?? exchanges.endIndex
    for index in exchanges.indices where index >= last || exchanges[index].messages.contains(where: isPinned) {
      fix(index)
    }
    // What stands before a message of the user that stays must stay too, or two of them would follow each other.
    for index in exchanges.indices.dropFirst() where exchanges[index].isFixed && exchanges[index].speaker == .user {
      exchanges[index - 1].isKept = true
    }
  }

  private mutating func fix(_ index: Int?) {
    guard let index else { return }
    exchanges[index].isFixed = true
    exchanges[index].isKept = true
  }

  /// Replaces the oldest long result of a tool by a note, unless there is none.
  mutating func shortenOldestResult() -> Bool {
    while nextResult < exchanges.endIndex {
      if !exchanges[nextResult].isFixed {
        for (position, message) in exchanges[nextResult].messages.enumerated() {
          guard let note = Self.note(for: message) else { continue }
          let size = message.content.utf8.count
          bytes -= size - note.utf8.count
          exchanges[nextResult].messages[position].content = note
          shortenedResults += 1
          let origin = exchanges[nextResult].origins[position]
          removals.append(PromptRemoval(message: origin, step: PromptRemoval.masked, offset: 0, bytes: size))
          return true
        }
      }
      nextResult += 1
    }
    return false
  }

  /// What to say in place of a result, or nothing if that would save little.
  private static func note(for message: Message) -> String? {
    guard message.role == .tool, message.content.utf8.count > shortestResult else { return nil }
    let name = message.toolName.map { "'\($0.prefix(64))'" } ?? "a tool"
    return "[This result of \(name) was left out to save room. Call again to see it.]"
  }

  /// Replaces the oldest long text that a call has written to a file by a mark, unless there is none.
  mutating func shortenOldestWrite() -> Bool {
    while nextArgument < exchanges.endIndex {
      if let shorter = Self.withoutText(exchanges[nextArgument].messages) {
        bytes -= TokenEstimator.bytes(of: exchanges[nextArgument].messages) - TokenEstimator.bytes(of: shorter)
        exchanges[nextArgument].messages = shorter
        shortenedResults += 1
        return true
      }
      nextArgument += 1
    }
    return false
  }

  /// An exchange without the first long text in it that is in a file since; nil where there is none.
  private static func withoutText(_ messages: [Message]) -> [Message]? {
    let written = Set(messages.filter { PromptFitter.tellsOfAChange($0) }.compactMap(\.toolCallID))
    var messages = messages
    for (index, call) in messages[0].toolCalls.enumerated() where written.contains(call.id) {
      for member in call.arguments {
        guard let text = member.value.string, text.utf8.count > shortestArgument else { continue }
        let mark = "[\(text.utf8.count) bytes \(PromptFitter.leftOut). Read the file to see them.]"
        messages[0].toolCalls[index].arguments[member.key] = .string(mark)
        return messages
      }
    }
    return nil
  }

  /// Leaves out the oldest exchange that may go, with an answer to it that would stand alone, unless there is none.
  mutating func removeOldestExchange() -> Bool {
    guard let index = exchanges.firstIndex(where: { !$0.isKept }) else { return false }
    remove(index)
    while index > 0, index < exchanges.endIndex, exchanges[index - 1].speaker == .user,
      exchanges[index].speaker == .user, !exchanges[index].isKept
    {
      remove(index)
    }
    if let request {
      let before = exchanges[request.exchange].messages[0].content.utf8.count
      let note = "\(request.content)\n\n[\(removedMessages) earlier messages \(PromptFitter.leftOut).]"
      exchanges[request.exchange].messages[0].content = note
      bytes += note.utf8.count - before
    }
    return true
  }

  private mutating func remove(_ index: Int) {
    removedMessages += exchanges[index].messages.count
    bytes -= TokenEstimator.bytes(of: exchanges[index].messages)
    exchanges.remove(at: index)
    if let place = request?.exchange, index < place { request?.exchange = place - 1 }
  }
}
