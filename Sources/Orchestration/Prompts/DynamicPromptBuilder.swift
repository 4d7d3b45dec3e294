package import Pipeline

/// Words a step's request for its task and its model: what fits is shown, and advice is added behind it.
///
/// The request of `Prompts` comes first and as it is, so that the tail alone varies. Only where the prompt would fill
/// more than seven tenths of the window, files are named instead of shown, and long texts are cut.
package struct DynamicPromptBuilder: Sendable {
  private let prompts: Prompts
  private let registry: ToolRegistry
  private let cache: PromptCache

  /// Keeps the `capacity` prompts that were used last.
  package init(prompts: Prompts = Prompts(), registry: ToolRegistry = .standard, capacity: Int = 16) {
    self.prompts = prompts
    self.registry = registry
    cache = PromptCache(capacity: capacity)
  }

  /// Builds the prompt of a step, or finds it where the same was built before.
  ///
  /// Throws `PromptError` where a template and its use do not fit each other.
  package func prompt(for prompt: StepPrompt, failures: [StepFailure] = []) throws -> DynamicPrompt {
    guard let task = prompt.record, let window = prompt.window else {
      return DynamicPrompt(request: try prompts.request(prompt))
    }
    let size = ModelSize(of: window.model.name)
    let room = PromptRoom(window)
    let key = PromptKey(prompt: prompt, failures: failures, size: size, room: room)
    if let known = cache[key] { return known }
    let bytesPerToken = window.estimator.bytesPerToken(of: window.model.name)
    let adviceBytes = Int((Double(size.adviceTokens) * bytesPerToken / 64).rounded()) * 64
    let built = try build(prompt, task, failures, size, room, adviceBytes)
    cache[key] = built
    return built
  }

  private func build(
    _ prompt: StepPrompt,
    _ task: TaskRecord,
    _ failures: [StepFailure],
    _ size: ModelSize,
    _ room: PromptRoom,
    _ adviceBytes: Int
  ) throws -> DynamicPrompt {
    let complexity = PromptComplexity(of: prompt, task: task, failures: failures)
    var prompt = prompt
    var request = try prompts.request(&prompt, in: room, sparing: adviceBytes)
    let advice = PromptAdvice(prompt: prompt, task: task, size: size, registry: registry)
    var left = min(adviceBytes, room.request - request.text.utf8.count) - Self.title.utf8.count
    var chosen: [String] = []
    var texts = ""
    for item in advice.items(complexity, failures) {
      let text = try prompts.text(of: "advice/\(item.name).md", item.values, tools: prompt.toolNames)
      guard text.utf8.count < left else { continue }
      left -= text.utf8.count + 1
      chosen.append(item.name)
      texts += "\n\(text)"
    }
    if !chosen.isEmpty { request.text += Self.title + texts }
    return DynamicPrompt(request: request, complexity: complexity, size: size, advice: chosen)
  }

  private static let title = "\n## How to go about it\n"
}
