/// How much the results of one answer's calls may show, so that all of them fit into the window with what they answer.
package struct ResultRoom {
  /// A result shows at least this, in bytes; less is of no use.
  private static let least = 300
  /// What stands around the text of a result, such as the name of a file and its lines; in bytes.
  private static let frame = 200
  /// Counts of tokens are off by a little from one call to the next.
  private static let share = 0.95

  /// In bytes: a quarter of the window, what the beginning of a conversation may have, and the most of a prompt.
  private let quarter: Int
  private let beginning: Int
  private let most: Int
  private let toolBytes: Int

  /// Takes the model as it is asked, the tools that it is offered, and the window where the server takes less.
  package init(_ model: PhaseModel, tools: [ToolDefinition], _ estimator: TokenEstimator, window: Int? = nil) {
    let options = ModelOptions(numContext: min(model.numContext, window ?? .max), numPredict: model.numPredict)
    func bytes(_ tokens: Int) -> Int { PromptSize.bytes(in: tokens, of: model.name, estimator) }
    quarter = bytes(options.numContext / 4)
    beginning = bytes(PromptFitter.beginning(for: options))
    most = bytes(PromptFitter.most(for: options))
    toolBytes = TokenEstimator.bytes(of: tools)
  }

  /// The most bytes that the result of the next call shows, behind a conversation in which so many calls of the last
  /// answer have no result yet.
  ///
  /// A quarter of the window is left to the next answer, or else to the results.
  package func limit(behind messages: [Message], calls: Int) -> Int {
    let answer = messages.lastIndex { $0.role == .assistant } ?? messages.endIndex
    let before = messages[..<answer].prefix { [.system, .user].contains($0.role) }
    // Of a longer beginning less is sent.
    let fixed = min(TokenEstimator.bytes(of: Array(before)) + toolBytes, beginning)
    let room = min(max(quarter, quarter * 3 - fixed), most - fixed)
    let left = Int(Double(room) * Self.share) - TokenEstimator.bytes(of: Array(messages[answer...]))
    return min(ToolContext.largestResult, max(Self.least, left / max(1, calls) - Self.frame))
  }
}
