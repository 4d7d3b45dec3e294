/// The models of one Ollama server, spoken to in its own protocol.
package struct OllamaClient: ModelClient {
  package let api: OllamaAPI
  private let residence = Residence()

  package init(api: OllamaAPI) {
    self.api = api
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let limit = api.connection.limits.answerBytes
    let answer = AnswerAssembly(server: api.server.name, model: request.model, limit: limit)
    do {
      return try await residence.whileLoaded(request, progress, at: api) { mayLoad throws(ModelError) in
        try await api.connection.stream(
          "/api/chat",
          OllamaChatBody(request: request).json,
          mayLoad: mayLoad,
          reader: OllamaReplyReader(answer: answer),
          progress: progress
        )
      }
    } catch {
      throw await api.completed(error)
    }
  }
}
