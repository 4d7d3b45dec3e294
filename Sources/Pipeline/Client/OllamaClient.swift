import HTTP
import Synchronization

/// The models of one Ollama server, spoken to in its own protocol.
package final class OllamaClient: ModelClient {
  /// The model that answered last, which is loaded as long as the server keeps it.
  private struct Resident {
    var model: ModelName
    var numContext: Int
    var until: ContinuousClock.Instant
  }

  package let api: OllamaAPI
  private let resident = Mutex<Resident?>(nil)

  package init(api: OllamaAPI) {
    self.api = api
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    guard !Task.isCancelled else { throw .cancelled }
    progress(StreamProgress(stage: .waiting))
    let mayLoad = !isResident(request)
    do {
      let reply = try await ask(request, mayLoad: mayLoad, progress: progress)
      setResident(request)
      return reply
    } catch {
      resident.withLock { $0 = nil }
      throw await completed(error)
    }
  }

  private func ask(
    _ request: ModelRequest,
    mayLoad: Bool,
    progress: @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let limits = api.limits
    let firstByte = mayLoad ? limits.load + limits.firstToken : limits.firstToken
    let body = OllamaChatBody(request: request).json
    var reader = OllamaReplyReader(server: api.server.name, model: request.model, limit: limits.answerBytes)
    do {
      let response = try await api.send(.post, "/api/chat", body, model: request.model, firstByte: firstByte)
      var lines = LineSequence(response.body, limit: limits.answerBytes + 65_536).makeAsyncIterator()
      while reader.reply == nil, let line = try await lines.next() {
        try reader.take(line)
        progress(reader.progress)
      }
      response.body.drain()
    } catch let error as HTTPError {
      throw ModelError(error, server: api.server.name, limits: limits, mayLoad: mayLoad)
    } catch let error as ModelError {
      return try modelsOwn(error, request)
    } catch {
      throw .transport(server: api.server.name, message: "\(error)")
    }
    return try reader.end()
  }

  /// Turns an error that is the model's own doing into the answer that it is.
  private func modelsOwn(_ error: ModelError, _ request: ModelRequest) throws(ModelError) -> ModelReply {
    guard case .serverError(_, _, let message, _) = error, let failure = OllamaCallFailure(message) else { throw error }
    let (content, finish): (String, ModelReply.Finish) =
      switch failure {
      case .unreadable(let text): (text, .unreadableCall)
      case .cut: ("", .length)
      }
    return ModelReply(content: content, finish: finish, server: api.server.name, model: request.model)
  }

  /// Adds to a missing model what the server has instead.
  private func completed(_ error: ModelError) async -> ModelError {
    guard case .modelMissing(let model, _) = error, let models = try? await api.models() else { return error }
    return .modelMissing(model, at: [ModelError.Stock(server: api.server.name, models: models.map { $0.name })])
  }

  // MARK: - What is loaded

  private func isResident(_ request: ModelRequest) -> Bool {
    resident.withLock { resident in
      guard let resident else { return false }
      return resident.model == request.model && resident.numContext == request.options.numContext
        && ContinuousClock.now < resident.until
    }
  }

  private func setResident(_ request: ModelRequest) {
    // Ollama keeps a model for five minutes unless it is told otherwise.
    let keepAlive = request.keepAlive ?? .seconds(300)
    let kept = keepAlive < .zero ? .seconds(86_400) : keepAlive
    let until = ContinuousClock.now.advanced(by: kept * 0.9)
    let entry = Resident(model: request.model, numContext: request.options.numContext, until: until)
    resident.withLock { $0 = entry }
  }
}
