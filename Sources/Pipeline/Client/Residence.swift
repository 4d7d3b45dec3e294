import Synchronization

/// A memory of the model that one server answered with last, which is loaded as long as the server keeps it.
///
/// Where the server was silent for too long, it is asked what is loaded before that model is asked again.
final class Residence: Sendable {
  private struct Resident {
    var model: ModelName
    var numContext: Int
    var until: ContinuousClock.Instant
  }

  private struct Memory {
    var resident: Resident?
    /// The model that was asked last, in vain until a limit ran out.
    var silent: ModelName?
  }

  private let memory = Mutex(Memory())

  /// Asks by `ask`, which is told whether the server may have to load the model first.
  func whileLoaded(
    _ request: ModelRequest,
    _ progress: @Sendable (StreamProgress) -> Void,
    at server: some ModelServerAPI,
    ask: (_ mayLoad: Bool) async throws(ModelError) -> ModelReply
  ) async throws(ModelError) -> ModelReply {
    guard !Task.isCancelled else { throw .cancelled }
    progress(StreamProgress(stage: .waiting))
    do {
      let reply = try await ask(await mayLoad(request, at: server))
      setResident(request)
      return reply
    } catch {
      let isSilence =
        if case .timeout(let limit, _, _) = error { limit == .load || limit == .firstToken } else { false }
      memory.withLock { $0 = Memory(silent: isSilence ? request.model : nil) }
      throw error
    }
  }

  private func mayLoad(_ request: ModelRequest, at server: some ModelServerAPI) async -> Bool {
    let memory = memory.withLock { $0 }
    if let resident = memory.resident {
      return resident.model != request.model || resident.numContext != request.options.numContext
        || ContinuousClock.now >= resident.until
    }
    guard memory.silent == request.model else { return true }
    // A server that cannot say so is waited for as if it had to load.
    let running = (try? await server.running()) ?? []
    return !running.contains { model in
      model.name == request.model && (model.contextLength ?? request.options.numContext) == request.options.numContext
    }
  }

  private func setResident(_ request: ModelRequest) {
    // Ollama keeps a model for five minutes unless it is told otherwise; other servers keep it for longer.
    let keepAlive = request.keepAlive ?? .seconds(300)
    let kept = keepAlive < .zero ? .seconds(86_400) : keepAlive
    let until = ContinuousClock.now.advanced(by: kept * 0.9)
    let entry = Resident(model: request.model, numContext: request.options.numContext, until: until)
    memory.withLock { $0 = Memory(resident: entry) }
  }
}
