import Synchronization

/// A memory of the model that one server answered with last, which is loaded as long as the server keeps it.
final class Residence: Sendable {
  private struct Resident {
    var model: ModelName
    var numContext: Int
    var until: ContinuousClock.Instant
  }

  private let resident = Mutex<Resident?>(nil)

  /// Asks by `ask`, which is told whether the server may have to load the model first.
  func whileLoaded(
    _ request: ModelRequest,
    _ progress: @Sendable (StreamProgress) -> Void,
    ask: (_ mayLoad: Bool) async throws(ModelError) -> ModelReply
  ) async throws(ModelError) -> ModelReply {
    guard !Task.isCancelled else { throw .cancelled }
    progress(StreamProgress(stage: .waiting))
    do {
      let reply = try await ask(!isResident(request))
      setResident(request)
      return reply
    } catch {
      resident.withLock { $0 = nil }
      throw error
    }
  }

  private func isResident(_ request: ModelRequest) -> Bool {
    resident.withLock { resident in
      guard let resident else { return false }
      return resident.model == request.model && resident.numContext == request.options.numContext
        && ContinuousClock.now < resident.until
    }
  }

  private func setResident(_ request: ModelRequest) {
    // Ollama keeps a model for five minutes unless it is told otherwise; other servers keep it for longer.
    let keepAlive = request.keepAlive ?? .seconds(300)
    let kept = keepAlive < .zero ? .seconds(86_400) : keepAlive
    let until = ContinuousClock.now.advanced(by: kept * 0.9)
    let entry = Resident(model: request.model, numContext: request.options.numContext, until: until)
    resident.withLock { $0 = entry }
  }
}
