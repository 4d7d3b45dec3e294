package import JSON

/// What one answer cost, as far as the server said so.
package struct ModelUsage: Hashable, Sendable {
  package var promptTokens: Int?
  package var outputTokens: Int?
  package var load: Duration?
  package var prompt: Duration?
  package var evaluation: Duration?
  /// The context window with which the server runs the model, where it tells.
  package var window: Int?

  package init(
    promptTokens: Int? = nil,
    outputTokens: Int? = nil,
    load: Duration? = nil,
    prompt: Duration? = nil,
    evaluation: Duration? = nil,
    window: Int? = nil
  ) {
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.load = load
    self.prompt = prompt
    self.evaluation = evaluation
    self.window = window
  }

  /// The tokens of the prompt and the answer together; unknown ones count as none.
  package var totalTokens: Int { (promptTokens ?? 0) + (outputTokens ?? 0) }

  /// The tokens that the model wrote in a second, where the server timed it.
  package var tokensPerSecond: Double? {
    guard let outputTokens, let evaluation, evaluation > .zero else { return nil }
    return Double(outputTokens) / (evaluation / .seconds(1))
  }
}

extension ModelUsage {
  /// Reads what `json` wrote; what is missing is unknown.
  package init(json: JSONValue) {
    let object = json.object ?? [:]
    func duration(_ key: String) -> Duration? { object[key]?.integer.map { .nanoseconds($0) } }
    self.init(
      promptTokens: object["prompt_tokens"]?.integer,
      outputTokens: object["output_tokens"]?.integer,
      load: duration("load_ns"),
      prompt: duration("prompt_ns"),
      evaluation: duration("evaluation_ns"),
      window: object["window"]?.integer
    )
  }

  package var json: JSONValue {
    func nanoseconds(_ duration: Duration?) -> JSONValue? { duration.map { .integer(Int($0 / .nanoseconds(1))) } }
    var object: JSONObject = [:]
    object["prompt_tokens"] = promptTokens.map { .integer($0) }
    object["output_tokens"] = outputTokens.map { .integer($0) }
    object["load_ns"] = nanoseconds(load)
    object["prompt_ns"] = nanoseconds(prompt)
    object["evaluation_ns"] = nanoseconds(evaluation)
    object["window"] = window.map { .integer($0) }
    return .object(object)
  }
}
