package import Pipeline

/// All that one model was told and has said, in order.
package struct ConversationThread: Hashable, Sendable {
  package let name: ThreadName
  package private(set) var entries: [ConversationEntry]

  package init(name: ThreadName, entries: [ConversationEntry] = []) {
    self.name = name
    self.entries = entries
  }

  /// The instruction that the model has now.
  package var system: Message? { entries.last { $0.message.role == .system }?.message }

  package mutating func append(_ new: some Sequence<ConversationEntry>) {
    entries += new
  }

  /// The messages as the model is to be shown them: the last instruction first, then the rest in order.
  package var messages: [Message] {
    (system.map { [$0] } ?? []) + entries.lazy.map(\.message).filter { $0.role != .system }
  }

  /// Returns as much of the thread as fits into the model's window beside its answer.
  ///
  /// The instruction, the task, the last error and the last message always stay; a call goes only with its results, and
  /// where something was left out a note says so. Throws `overContext` where what must stay does not fit.
  package func window(
    for model: PhaseModel,
    tools: [ToolDefinition] = [],
    estimator: TokenEstimator
  ) throws(ModelError) -> ReducedPrompt {
    let request = ModelRequest(
      model: model.name,
      messages: messages,
      tools: tools,
      options: ModelOptions(numContext: model.numContext, numPredict: model.numPredict)
    )
    let task = entries.last { $0.mark == .task }?.message
    let errors = Set(entries.lazy.filter { $0.mark == .error }.map(\.message))
    let fitter = PromptFitter(
      isError: { errors.contains($0) || PromptFitter.reportsError($0) },
      isPinned: { $0 == task }
    )
    return try ContextReducer(fitter: fitter, shortensFixed: false).reduce(request, estimator: estimator)
  }
}
