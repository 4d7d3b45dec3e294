/// A model was asked.
package struct ModelRequestEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var model: String
  package var server: String?
  package var messages: Int
  package var estimatedTokens: Int
  package var numCtx: Int
  package var numPredict: Int
  package var tools: [String]
  /// How many results of tools were replaced by a note so that the prompt fits; nil for none.
  package var shortenedResults: Int?
  /// How many messages were left out for the same reason; nil for none.
  package var removedMessages: Int?
  /// What was left out of messages that stayed, for the same reason; nil for nothing.
  package var removals: [PromptRemoval]?
  /// How the step's prompt was made; of a step's first request only, and nil where it is the plain one.
  package var prompt: PromptNotes?

  package init(
    step: Int,
    model: String,
    server: String? = nil,
    messages: Int,
    estimatedTokens: Int,
    numCtx: Int,
    numPredict: Int,
    tools: [String],
    shortenedResults: Int? = nil,
    removedMessages: Int? = nil,
    removals: [PromptRemoval]? = nil,
    prompt: PromptNotes? = nil
  ) {
    self.step = step
    self.model = model
    self.server = server
    self.messages = messages
    self.estimatedTokens = estimatedTokens
    self.numCtx = numCtx
    self.numPredict = numPredict
    self.tools = tools
    self.shortenedResults = shortenedResults
    self.removedMessages = removedMessages
    self.removals = removals
    self.prompt = prompt
  }

  private enum CodingKeys: String, CodingKey {
    case step
    case model
    case server
    case messages
    case shortenedResults = "shortened_results"
    case removedMessages = "removed_messages"
    case removals
    case prompt
    case estimatedTokens = "estimated_tokens"
    case numCtx = "num_ctx"
    case numPredict = "num_predict"
    case tools
  }
}

/// A model answered.
package struct ModelResponseEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var model: String
  package var server: String
  package var finish: String
  package var promptTokens: Int?
  package var outputTokens: Int?
  /// The names of the tools that it called.
  package var tools: [String]
  package var seconds: Double
  /// What it has cost; nil for nothing, and where the price is not known.
  package var microdollars: Int?

  package init(
    step: Int,
    model: String,
    server: String,
    finish: String,
    promptTokens: Int? = nil,
    outputTokens: Int? = nil,
    tools: [String],
    seconds: Double
  ) {
    self.step = step
    self.model = model
    self.server = server
    self.finish = finish
    self.promptTokens = promptTokens
    self.outputTokens = outputTokens
    self.tools = tools
    self.seconds = seconds
  }

  private enum CodingKeys: String, CodingKey {
    case step
    case model
    case server
    case finish
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case tools
    case seconds
    case microdollars
  }
}
