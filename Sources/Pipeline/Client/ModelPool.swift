package import HTTP

/// The models of several servers of any kind; each request goes to its own server, or to the first that has the model.
package struct ModelPool: ModelClient {
  package let directory: ModelDirectory
  private let clients: [String: any ModelClient]
  /// The server that is asked without a look at what it has: it refuses a model that it does not have.
  private let only: String?

  package init(servers: [ModelServer], http: HTTPClient = HTTPClient(), limits: ModelLimits = ModelLimits()) {
    let connections = servers.map { ServerConnection(server: $0, http: http, limits: limits) }
    directory = ModelDirectory(connections)
    clients = Dictionary(connections.map { ($0.server.name, $0.client) }, uniquingKeysWith: { first, _ in first })
    // llama.cpp's server answers with the model that it has, whichever it was asked for.
    only = servers.count == 1 && servers[0].kind == .ollama ? servers[0].name : nil
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let name: String
    if let known = request.server ?? only {
      name = known
    } else {
      name = try await directory.server(for: request.model)
    }
    guard let client = clients[name] else {
      throw .unusable(server: name, message: "No server of this name is configured.")
    }
    return try await client.reply(to: request, progress: progress)
  }
}
