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
  /// What the journal says of the request; no server is told.
  package var note = RequestNote()

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

  /// As `name@server`.
  package var place: String { "\(model)@\(server ?? "")" }
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

/// What the journal says of a request beside its content.
package struct RequestNote: Hashable, Sendable {
  /// The step that asks; nil where the next one is being decided on.
  package var step: Int?
  package var task: TaskID?
  /// The estimated tokens of the prompt.
  package var tokens: Int
  /// How many results of tools were replaced by a note so that the prompt fits.
  package var shortenedResults: Int
  /// How many messages were left out for the same reason.
  package var removedMessages: Int
  /// What was left out of messages that stayed.
  package var removals: [PromptRemoval] = []
  /// How many of the messages, from the first on, are the step's transcript as it is stored.
  package var transcript: Int
  /// How the prompt was made; nil where nothing is to be said of that.
  package var prompt: PromptNotes?

  package init(
    step: Int? = nil,
    task: TaskID? = nil,
    tokens: Int = 0,
    shortenedResults: Int = 0,
    removedMessages: Int = 0,
    transcript: Int = 0
  ) {
    self.step = step
    self.task = task
    self.tokens = tokens
    self.shortenedResults = shortenedResults
    self.removedMessages = removedMessages
    self.transcript = transcript
  }

  /// Takes what a reducer has made of a prompt.
  package mutating func take(_ reduced: ReducedPrompt) {
    tokens = reduced.tokens
    shortenedResults = reduced.shortenedResults
    removedMessages = reduced.removedMessages
    removals = reduced.removals
  }
}
