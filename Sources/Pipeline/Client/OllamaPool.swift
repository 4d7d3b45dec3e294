package import HTTP

/// The models of several Ollama servers; each request goes to its own server, or to the first that has the model.
package struct OllamaPool: ModelClient {
  package let directory: ModelDirectory
  private let clients: [String: OllamaClient]

  package init(servers: [OllamaServer], http: HTTPClient = HTTPClient(), limits: ModelLimits = ModelLimits()) {
    directory = ModelDirectory(servers: servers, http: http, limits: limits)
    clients = Dictionary(
      servers.map { ($0.name, OllamaClient(api: OllamaAPI(server: $0, http: http, limits: limits))) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let name: String =
      if let pinned = request.server {
        pinned
      } else if clients.count == 1, let only = clients.keys.first {
        only
      } else {
        try await directory.server(for: request.model)
      }
    guard let client = clients[name] else {
      throw .unusable(server: name, message: "No server of this name is configured.")
    }
    return try await client.reply(to: request, progress: progress)
  }
}
