/// How a model is asked for its next answer.
package enum AskStyle: Hashable, Sendable {
  /// With the tools offered as such.
  case offered
  /// With the tools described in the prompt.
  case described
  /// With the answer bound to the schema of the tools, and a word on that.
  case bound

  /// What is said to the model after everything else; `line` is the fixed one.
  func closing(line: String) -> Message? {
    self == .bound ? .user("\(line)\n\n\(CallFormat.instruction)") : nil
  }
}

extension ModelRequest {
  /// Describes the tools instead of offering them, and binds the answer, as the style wants it.
  package mutating func rewrite(for style: AskStyle, line: String) {
    if style == .bound { format = CallFormat(tools: tools).schema }
    if style != .offered {
      messages = DescribedTools(tools: tools, line: line).rewrite(messages)
      tools = []
    }
  }
}
