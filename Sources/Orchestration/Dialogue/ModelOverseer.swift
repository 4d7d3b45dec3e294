import Pipeline
import Synchronization

/// A model, such as the arbiter, that oversees a conversation by calling tools.
package final class ModelOverseer: Overseer {
  /// After so many failures in a row it is not asked any more: each may have taken minutes.
  package static let failureLimit = 2

  private let tool: any ModelTool
  private let failures = Mutex(0)

  package init(_ tool: any ModelTool) {
    self.tool = tool
  }

  package func review(_ letter: Letter, participants: [String]) async throws(CancellationError) -> Oversight {
    guard failures.withLock({ $0 }) < Self.failureLimit else {
      return Oversight(.approve, fallback: "The overseer was given up after \(Self.failureLimit) failures.")
    }
    let tools = OversightTools(others: participants.filter { $0 != letter.sender && $0 != letter.addressee })
    let reply: ModelReply
    do {
      reply = try await tool.reply(to: messages(on: letter, tools), tools: tools.definitions, format: nil)
      failures.withLock { $0 = 0 }
    } catch {
      if error == .cancelled || Task.isCancelled { throw CancellationError() }
      failures.withLock { $0 += 1 }
      return Oversight(.approve, fallback: "\(error)")
    }
    return tools.oversight(in: reply) ?? Oversight(.approve, fallback: "The overseer's answer holds no decision.")
  }

  /// One message for each thing that was said, so that the oldest can be left out where they do not fit.
  private func messages(on letter: Letter, _ tools: OversightTools) -> [Message] {
    let line = "[phase=oversight role=\(tool.model.role) attempt=\(letter.turn)]"
    let turns = letter.turnLimit.map { "turn \(letter.turn) of \($0)" } ?? "turn \(letter.turn)"
    let sender = letter.sender ?? "the user"
    let closing = DialoguePrompt.text("oversight-request", tools: tools.names)
    return [
      .system(DialoguePrompt.text("oversight", ["tools": tools.promptText], tools: tools.names)),
      .user("The question: \(letter.question ?? letter.text)"),
    ]
      + letter.earlier.map { .user("`\($0.speaker)` said:\n\n\($0.text)") } + [
        .user("\(line)\n\nThis is \(turns). `\(sender)` says to `\(letter.addressee)`:\n\n\(letter.text)\n\n\(closing)")
      ]
  }
}
