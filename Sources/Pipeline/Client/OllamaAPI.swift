import JSON

/// The questions that can be asked of one Ollama server.
package struct OllamaAPI: ModelServerAPI {
  let connection: ServerConnection

  package var server: ModelServer { connection.server }

  package init(_ connection: ServerConnection) {
    self.connection = connection
  }

  /// Returns the version that the server runs.
  package func version() async throws(ModelError) -> String {
    let answer = try await connection.ask("/api/version")
    guard let version = answer["version"]?.string else { throw connection.unexpected("/api/version") }
    return version
  }

  package func models() async throws(ModelError) -> [InstalledModel] {
    let answer = try await connection.ask("/api/tags")
    guard let models = answer["models"]?.array else { throw connection.unexpected("/api/tags") }
    return models.compactMap { InstalledModel(json: $0) }
  }

  package func running() async throws(ModelError) -> [LoadedModel] {
    let answer = try await connection.ask("/api/ps")
    guard let models = answer["models"]?.array else { throw connection.unexpected("/api/ps") }
    return models.compactMap { LoadedModel(json: $0) }
  }

  package func details(of model: ModelName) async throws(ModelError) -> ModelDetails {
    let answer = try await connection.ask("/api/show", ["model": .string(model.description)], model: model)
    return ModelDetails(json: answer)
  }
}
