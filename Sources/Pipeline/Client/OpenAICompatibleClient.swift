/// The models of one server that speaks OpenAI's protocol, such as llama.cpp's server, vLLM or LM Studio.
package struct OpenAICompatibleClient: ModelClient {
  package let api: OpenAIAPI
  private let residence = Residence()

  package init(api: OpenAIAPI) {
    self.api = api
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let path = "/v1/chat/completions"
    let answer = AnswerAssembly(
      server: api.server.name,
      model: request.model,
      limit: api.connection.limits.answerBytes
    )
    let reader = OpenAIReplyReader(answer: answer, otherProtocol: api.connection.unexpected(path))
    do {
      return try await residence.whileLoaded(request, progress, at: api) { mayLoad throws(ModelError) in
        try await api.connection.stream(
          path,
          OpenAIChatBody(request: request).json,
          mayLoad: mayLoad,
          reader: reader,
          progress: progress
        )
      }
    } catch {
      throw await api.completed(error)
    }
  }
}
