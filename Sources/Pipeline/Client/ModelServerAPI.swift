/// The questions about models that can be asked of one server.
package protocol ModelServerAPI: Sendable {
  var server: ModelServer { get }

  /// Returns the models that the server has.
  func models() async throws(ModelError) -> [InstalledModel]

  /// Returns the models that are loaded at the moment, as far as the server can say.
  func running() async throws(ModelError) -> [LoadedModel]

  /// Returns what a model can do.
  func details(of model: ModelName) async throws(ModelError) -> ModelDetails
}

extension ModelServerAPI {
  /// Adds to a missing model what the server has instead.
  func completed(_ error: ModelError) async -> ModelError {
    guard case .modelMissing(let model, _) = error, let models = try? await models() else { return error }
    let stock = ModelError.Stock(server: server.name, kind: server.kind, models: models.map { $0.name })
    return .modelMissing(model, at: [stock])
  }
}

extension ServerConnection {
  /// The questions in the protocol that the server speaks.
  package var api: any ModelServerAPI {
    switch server.kind {
    case .ollama: OllamaAPI(self)
    case .openai: OpenAIAPI(self)
    }
  }

  /// The server's models in the protocol that it speaks.
  package var client: any ModelClient {
    switch server.kind {
    case .ollama: OllamaClient(api: OllamaAPI(self))
    case .openai: OpenAICompatibleClient(api: OpenAIAPI(self))
    }
  }
}
