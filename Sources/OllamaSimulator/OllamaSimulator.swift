import Synchronization

/// A simulated Ollama server: real HTTP on the loopback address, with the answers of a scenario.
///
/// It runs until `stop()` is called or nothing refers to it any more.
package final class OllamaSimulator: Sendable {
  package let port: Int
  private let engine: SimulatorEngine
  private let server: HTTPServer

  /// Starts to serve `scenario` on `port`, or on a free port if that is 0.
  ///
  /// `onRequest` is called on the server's thread when a request has ended; it must not block. Without `keepsRequests`
  /// a request is forgotten when it has ended.
  package init(
    scenario: Scenario,
    port: Int = 0,
    keepsRequests: Bool = true,
    onRequest: (@Sendable (RecordedRequest) -> Void)? = nil
  ) async throws {
    engine = SimulatorEngine(scenario, keepsRequests: keepsRequests, onRequest: onRequest)
    server = try HTTPServer(port: port, responder: engine)
    self.port = server.port
  }

  deinit {
    server.requestStop()
    engine.update { state in state.log.close() }
  }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// The requests so far, in the order of arrival.
  package var requests: [RecordedRequest] { engine.state.withLock { state in state.log.requests } }

  /// The requests to `/api/chat` so far.
  package var chatRequests: [RecordedRequest] { requests.filter { $0.path == Scenario.Condition.chatPath } }

  /// How many requests no rule matched.
  package var unmatchedCount: Int { engine.state.withLock { state in state.log.unmatchedCount } }

  package var summary: SimulationSummary {
    engine.state.withLock { state in
      SimulationSummary(
        requestCount: state.log.count,
        repliesPerRule: state.rules.replyCounts,
        loadCount: state.resident.loads,
        unmatchedCount: state.log.unmatchedCount,
        unmatched: state.log.unmatched
      )
    }
  }

  /// Closes every connection and returns when nothing of the server runs any more.
  package func stop() async {
    await server.stop()
    engine.update { state in state.log.close() }
  }

  /// The next request to `path` that this function has not returned yet, as soon as there is one.
  ///
  /// Throws a `CancellationError` when the task is cancelled or the server stopped.
  package func nextRequest(path: String = Scenario.Condition.chatPath) async throws -> RecordedRequest {
    try await request { log in log.takeNext(path: path) }
  }

  /// The request with that id, as soon as it has ended; throws as `nextRequest` does.
  package func endedRequest(id: Int) async throws -> RecordedRequest {
    try await request { log in log.ended(id: id) }
  }

  private func request(
    _ take: @escaping @Sendable (inout RequestLog) -> RecordedRequest?
  ) async throws -> RecordedRequest {
    let waiter = Mutex<Int?>(nil)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        engine.update { state in
          let id = state.log.wait(continuation, take: take)
          waiter.withLock { $0 = id }
        }
        if Task.isCancelled { cancel(waiter) }
      }
    } onCancel: {
      cancel(waiter)
    }
  }

  private func cancel(_ waiter: borrowing Mutex<Int?>) {
    guard let id = waiter.withLock({ $0 }) else { return }
    let continuation = engine.state.withLock { state in state.log.cancelWaiter(id) }
    continuation?.resume(throwing: CancellationError())
  }
}
