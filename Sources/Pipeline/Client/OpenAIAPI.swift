import JSON

/// The questions that can be asked of one server that speaks OpenAI's protocol.
package struct OpenAIAPI: ModelServerAPI {
  let connection: ServerConnection

  package var server: ModelServer { connection.server }

  package init(_ connection: ServerConnection) {
    self.connection = connection
  }

  package func models() async throws(ModelError) -> [InstalledModel] {
    try await list().compactMap { InstalledModel(openAI: $0) }
  }

  /// Returns nothing: the protocol has no such question.
  package func running() -> [LoadedModel] { [] }

  package func details(of model: ModelName) async throws(ModelError) -> ModelDetails {
    let list = try await list()
    guard let entry = list.first(where: { InstalledModel(openAI: $0)?.name == model }) else {
      let names = list.compactMap { InstalledModel(openAI: $0)?.name }
      throw .modelMissing(model, at: [ModelError.Stock(server: server.name, kind: .openai, models: names)])
    }
    var details = ModelDetails(openAI: entry)
    if entry["owned_by"] == "llamacpp", entry["meta"]?["n_ctx"]?.integer == nil, let window = await window() {
      details.contextLength = window
    }
    return details
  }

  private func list() async throws(ModelError) -> [JSONValue] {
    let path = "/v1/models"
    guard let models = try await connection.ask(path)["data"]?.array else { throw connection.unexpected(path) }
    return models
  }

  /// The window with which llama.cpp's server was started, which is often far smaller than what the model was made for.
  private func window() async -> Int? {
    // A server that does not tell refuses what is too long, with the same number.
    let properties = try? await connection.ask("/props")
    return properties?["default_generation_settings"]?["n_ctx"]?.integer
  }
}

extension InstalledModel {
  /// Reads an entry of `/v1/models`.
  init?(openAI json: JSONValue) {
    guard let name = json["id"]?.string.flatMap({ ModelName($0) }) else { return nil }
    self.init(
      name: name,
      bytes: json["meta"]?["size"]?.integer ?? 0,
      parameterSize: json["meta"]?["n_params"]?.integer.map { "\($0)" } ?? ""
    )
  }
}

extension ModelDetails {
  /// Reads an entry of `/v1/models`; each server has a word of its own for the window.
  init(openAI json: JSONValue) {
    let words = [
      "max_model_len", "loaded_context_length", "context_length", "max_context_length", "context_window",
    ]
    let window = words.lazy.compactMap { json[$0]?.integer }.first
    let meta = json["meta"]
    self.init(contextLength: window ?? meta?["n_ctx"]?.integer ?? meta?["n_ctx_train"]?.integer, capabilities: nil)
  }
}
