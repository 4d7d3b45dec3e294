import Pipeline

/// The words with which models are drawn into a dialogue.
enum DialoguePrompt {
  static func system(role: String, context: String) -> String {
    text("dialogue", ["role": role, "mark": AgreementMark.word, "context": context.isEmpty ? "" : "\n\(context)\n"])
  }

  /// What others are told of an answer; one that was cut says so.
  static func text(of reply: ModelReply) -> String {
    reply.finish == .length ? "\(reply.content)\n\n[The answer was cut here.]" : reply.content
  }

  /// Renders a prompt that the program carries and a test has rendered.
  static func text(_ name: String, _ values: [String: String] = [:], tools: Set<String> = []) -> String {
    do {
      return try Prompts().text(of: "\(name).md", values, tools: tools)
    } catch {
      preconditionFailure("The prompt '\(name)' cannot be rendered: \(error)")
    }
  }
}
