package import Pipeline
import Synchronization
import Testing

/// A model client that gives the answers it was told, in order, and fails the test when asked for more.
package final class ScriptedModelClient: ModelClient {
  private let state: Mutex<(rest: ArraySlice<Result<ModelReply, ModelError>>, requests: [ModelRequest])>
  private let onRequest: @Sendable () -> Void

  package init(_ answers: [Result<ModelReply, ModelError>], onRequest: @escaping @Sendable () -> Void = {}) {
    state = Mutex((answers[...], []))
    self.onRequest = onRequest
  }

  /// What was asked so far.
  package var requests: [ModelRequest] { state.withLock { $0.requests } }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    onRequest()
    let answer = state.withLock { state in
      state.requests.append(request)
      return state.rest.popFirst()
    }
    guard let answer else {
      Issue.record("The model was asked more often than the test said.")
      throw .unmatchedScenario("The script has no answer left.")
    }
    return try answer.get()
  }
}
