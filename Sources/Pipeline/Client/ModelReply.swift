/// The whole answer of a model to one request.
package struct ModelReply: Hashable, Sendable {
  /// Why the model stopped writing.
  package enum Finish: Hashable, Sendable {
    case stop
    /// The answer was cut; it holds no tool calls.
    case length
    /// The server could not read the tool call that the model wrote; `content` is what it wrote.
    case unreadableCall
    case other(String)
  }

  package var content: String
  package var thinking: String
  package var toolCalls: [ToolCall]
  package var usage: ModelUsage
  package var finish: Finish
  /// The name of the server that answered.
  package var server: String
  package var model: ModelName
  /// The budget for which the answer was cut, where it was.
  package var cutBy: BudgetExhausted?

  package init(
    content: String,
    thinking: String = "",
    toolCalls: [ToolCall] = [],
    usage: ModelUsage = ModelUsage(),
    finish: Finish = .stop,
    server: String,
    model: ModelName
  ) {
    self.content = content
    self.thinking = thinking
    self.toolCalls = toolCalls
    self.usage = usage
    self.finish = finish
    self.server = server
    self.model = model
  }

  /// Whether the model stopped of itself without a word or a call, as when a server swallows a call it cannot read.
  package var isEmpty: Bool { finish == .stop && !hasAnything }

  /// Whether there is a word or a call in the answer.
  var hasAnything: Bool { !toolCalls.isEmpty || content.utf8.contains { $0 > 0x20 } }

  /// The turn that this answer adds to the conversation.
  package var message: Message {
    Message(
      role: .assistant,
      content: content,
      thinking: thinking.isEmpty ? nil : thinking,
      toolCalls: toolCalls
    )
  }
}

extension ModelReply.Finish: CustomStringConvertible {
  package var description: String {
    switch self {
    case .stop: "stop"
    case .length: "length"
    case .unreadableCall: "unreadable_call"
    case .other(let reason): reason
    }
  }

  /// Reads what `description` wrote, or a server's own word.
  package init(_ text: String) {
    switch text {
    case "stop": self = .stop
    case "length": self = .length
    case "unreadable_call": self = .unreadableCall
    default: self = .other(text)
    }
  }
}
