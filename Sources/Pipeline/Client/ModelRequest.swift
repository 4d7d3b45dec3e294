package import JSON

/// Everything that one call of a model is made of.
package struct ModelRequest: Hashable, Sendable {
  package var model: ModelName
  package var messages: [Message]
  package var tools: [ToolDefinition]
  /// A JSON schema that the whole answer must match, or the string `json`.
  package var format: JSONValue?
  package var options: ModelOptions
  /// Whether the model thinks first; nothing leaves it to the server.
  package var think: Bool?
  /// How long the server keeps the model loaded; negative means for ever, nothing leaves it to the server.
  package var keepAlive: Duration?
  /// The name of the one server to ask; nothing means whichever has the model.
  package var server: String?

  package init(
    model: ModelName,
    messages: [Message],
    tools: [ToolDefinition] = [],
    format: JSONValue? = nil,
    options: ModelOptions,
    think: Bool? = nil,
    keepAlive: Duration? = nil,
    server: String? = nil
  ) {
    self.model = model
    self.messages = messages
    self.tools = tools
    self.format = format
    self.options = options
    self.think = think
    self.keepAlive = keepAlive
    self.server = server
  }
}

/// The sizes and settings with which a model runs.
package struct ModelOptions: Hashable, Sendable {
  /// The context window in tokens; a change makes the server load the model anew.
  package var numContext: Int
  /// The most tokens that the model may write.
  package var numPredict: Int
  package var temperature: Double?
  package var seed: Int?

  package init(numContext: Int, numPredict: Int, temperature: Double? = nil, seed: Int? = nil) {
    self.numContext = numContext
    self.numPredict = numPredict
    self.temperature = temperature
    self.seed = seed
  }
}
