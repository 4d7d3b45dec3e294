import Synchronization

/// What a run knows of the tokens of its prompts, shared by all that count or learn.
package final class TokenMeter: Sendable {
  private struct State {
    var estimator: TokenEstimator
    var detector = CutDetector()
  }

  private let state: Mutex<State>

  package init(_ estimator: TokenEstimator = TokenEstimator()) {
    state = Mutex(State(estimator: estimator))
  }

  /// The estimator as it is now.
  package var estimator: TokenEstimator { state.withLock { $0.estimator } }

  /// Learns from an answer, or throws if the model was not shown the whole prompt.
  package func check(_ reply: ModelReply, to request: ModelRequest) throws(ModelError) {
    // A server that does not count cannot be checked.
    guard let seen = reply.usage.promptTokens, seen > 0 else { return }
    let bytes = TokenEstimator.bytes(of: request)
    let sent: Int? = state.withLock { state in
      guard !state.detector.isCut(request, reply, tokens: seen) else {
        let estimate = state.estimator.tokens(inBytes: bytes, for: request.model)
        return max(estimate, TokenBounds(of: request).typical)
      }
      state.estimator.calibrate(request.model, bytes: bytes, promptTokens: seen)
      return nil
    }
    if let sent { throw .promptCut(server: reply.server, sent: sent, seen: seen) }
  }
}

/// A client that never passes on an answer to a prompt that the server cut.
package struct MeteredModelClient: ModelClient {
  private let client: any ModelClient
  private let meter: TokenMeter

  package init(_ client: any ModelClient, meter: TokenMeter) {
    self.client = client
    self.meter = meter
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    let reply = try await client.reply(to: request, progress: progress)
    try meter.check(reply, to: request)
    return reply
  }
}
