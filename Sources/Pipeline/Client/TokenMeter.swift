import Synchronization

/// What a run knows of the tokens of its prompts, shared by all that count or learn.
///
/// Steps that are under way at once each go by what was known when they began, so that what they do does not depend on
/// which is faster.
package final class TokenMeter: Sendable {
  private struct State {
    var estimator: TokenEstimator
    var detector = CutDetector()
    /// What was learned since the step began.
    var learned: [(model: ModelName, bytes: Int, tokens: Int)] = []
  }

  private let steps: Mutex<[Int: State]>

  package init(_ estimator: TokenEstimator = TokenEstimator()) {
    steps = Mutex([0: State(estimator: estimator)])
  }

  /// The estimator as it is now.
  package var estimator: TokenEstimator { withState { $0.estimator } }

  /// Learns from an answer, or throws if the model was not shown the whole prompt.
  package func check(_ reply: ModelReply, to request: ModelRequest) throws(ModelError) {
    // A server that does not count cannot be checked.
    guard let seen = reply.usage.promptTokens, seen > 0 else { return }
    let bytes = TokenEstimator.bytes(of: request)
    let sent: Int? = withState { state in
      guard !state.detector.isCut(request, reply, tokens: seen) else {
        let estimate = state.estimator.tokens(inBytes: bytes, for: request.model)
        return max(estimate, TokenBounds(of: request).typical)
      }
      state.estimator.calibrate(request.model, bytes: bytes, promptTokens: seen)
      if UnderwayStep.number > 0 { state.learned.append((request.model, bytes, seen)) }
      return nil
    }
    if let sent { throw .promptCut(server: reply.server, sent: sent, seen: seen) }
  }

  /// Lets a step begin with what is known now, beside others.
  func begin(_ step: Int) {
    steps.withLock { steps in
      steps[step] = steps[0]
      steps[step]?.learned = []
    }
  }

  /// Lets all know what a step has learned that has ended.
  func end(_ step: Int) {
    steps.withLock { steps in
      guard let ended = steps.removeValue(forKey: step) else { return }
      for answer in ended.learned {
        steps[0]?.estimator.calibrate(answer.model, bytes: answer.bytes, promptTokens: answer.tokens)
      }
      steps[0]?.detector.learn(from: ended.detector)
    }
  }

  /// What the step goes by that is under way; what is not one of several goes by what all know.
  private func withState<Value>(_ body: (inout State) -> Value) -> Value {
    steps.withLock { steps in
      let step = steps[UnderwayStep.number] == nil ? 0 : UnderwayStep.number
      guard var state = steps[step] else { preconditionFailure("What all know is always there.") }
      steps[step] = nil
      defer { steps[step] = state }
      return body(&state)
    }
  }
}
