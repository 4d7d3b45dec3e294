import JSON
import Pipeline

/// A question to a model that may look something up before it answers.
struct ReadingRounds {
  let tool: any ModelTool
  let desk: ReadingDesk
  /// How often it may.
  let lookUps: Int

  /// Asks until the model answers, and adds what it looked up to the conversation.
  ///
  /// When nothing more may be read the answer is bound to `format`; before that it cannot be, for it could not call.
  func reply(
    to messages: inout [Message],
    format: JSONValue? = nil
  ) async throws(ModelError) -> (reply: ModelReply, isLast: Bool) {
    for _ in 0..<lookUps {
      let reply = try await tool.reply(to: messages, tools: desk.tools, format: nil)
      let calls = desk.offered.read(reply).calls
      if calls.isEmpty { return (reply, false) }
      messages.append(.assistant(reply.content, toolCalls: calls))
      for (index, call) in calls.enumerated() {
        let room = ResultRoom(tool.model, tools: desk.tools, tool.estimator)
        let limit = room.limit(behind: messages, calls: calls.count - index)
        messages.append(.result(await desk.answer(call, limit: limit), of: call))
      }
    }
    return (try await tool.reply(to: messages, tools: [], format: format), true)
  }
}
