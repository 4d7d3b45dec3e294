package import HTTP
import JSON

/// The questions that can be asked of one Ollama server.
package struct OllamaAPI: Sendable {
  package let server: OllamaServer
  package let limits: ModelLimits
  private let http: HTTPClient

  package init(server: OllamaServer, http: HTTPClient, limits: ModelLimits = ModelLimits()) {
    self.server = server
    self.http = http
    self.limits = limits
  }

  /// Returns the version that the server runs.
  package func version() async throws(ModelError) -> String {
    let answer = try await ask(.get, "/api/version")
    guard let version = answer["version"]?.string else { throw unexpected("/api/version") }
    return version
  }

  /// Returns the models that the server has.
  package func models() async throws(ModelError) -> [InstalledModel] {
    let answer = try await ask(.get, "/api/tags")
    guard let models = answer["models"]?.array else { throw unexpected("/api/tags") }
    return models.compactMap { InstalledModel(json: $0) }
  }

  /// Returns the models that are loaded at the moment.
  package func running() async throws(ModelError) -> [LoadedModel] {
    let answer = try await ask(.get, "/api/ps")
    guard let models = answer["models"]?.array else { throw unexpected("/api/ps") }
    return models.compactMap { LoadedModel(json: $0) }
  }

  /// Returns what a model can do.
  package func details(of model: ModelName) async throws(ModelError) -> ModelDetails {
    let answer = try await ask(.post, "/api/show", ["model": .string(model.description)], model: model)
    return ModelDetails(json: answer)
  }

  /// Sends a request and returns its answer; any status but 200 is an error.
  func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ body: JSONValue?,
    model: ModelName?,
    firstByte: Duration
  ) async throws(ModelError) -> HTTPResponse {
    var headers: HTTPHeaders = ["User-Agent": "autonomy"]
    if body != nil { headers.append("Content-Type", "application/json") }
    if let key = server.apiKey { headers.append("Authorization", "Bearer \(key)") }
    let request = HTTPRequest(
      method,
      url: server.url + path,
      headers: headers,
      body: body?.utf8() ?? [],
      limits: HTTPLimits(connect: limits.connect, firstByte: firstByte, idle: limits.idle)
    )
    do {
      let response = try await http.send(request)
      guard response.status != 200 else { return response }
      let body = try await response.body.collect(upTo: 1_048_576)
      throw ModelError(response, body: body, server: server.name, model: model)
    } catch let error as HTTPError {
      throw ModelError(error, server: server.name, limits: limits, mayLoad: firstByte > limits.firstToken)
    } catch let error as ModelError {
      throw error
    } catch {
      throw .transport(server: server.name, message: "\(error)")
    }
  }

  private func ask(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ body: JSONValue? = nil,
    model: ModelName? = nil
  ) async throws(ModelError) -> JSONValue {
    // These questions need no model, so nothing excuses a server that thinks for long.
    let patience = min(limits.firstToken, .seconds(30))
    let response = try await send(method, path, body, model: model, firstByte: patience)
    do {
      return try JSONValue(parsing: try await response.body.collect(upTo: 67_108_864))
    } catch let error as HTTPError {
      throw ModelError(error, server: server.name, limits: limits, mayLoad: false)
    } catch {
      throw unexpected(path)
    }
  }

  private func unexpected(_ path: String) -> ModelError {
    .unusable(
      server: server.name,
      message: "What answers at '\(server.url)\(path)' is not Ollama. Check the server's address."
    )
  }
}
