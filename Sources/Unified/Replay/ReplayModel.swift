import Pipeline
import Synchronization

/// The models of a record: each answers what it answered, if it is asked what it was asked.
struct ReplayModel: ModelClient {
  let tape: ReplayTape
  let clock: ReplayClock

  /// How often it is looked whether a call was cancelled that must be: some ten seconds.
  private static let mostTries = 500

  func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    do throws(ReplayTape.Stop) {
      try await compare(request)
    } catch {
      throw .cancelled
    }
    let answer: Result<ModelReply, ModelError>
    do throws(ReplayTape.Stop) {
      answer = try await self.answer(progress)
    } catch {
      throw .cancelled
    }
    if answer == .failure(.cancelled), !tape.state.withLock({ tape.isCutOff($0) }) {
      // Whoever asked lost patience, and does so again: who consulted, or who waited for a decision.
      let isConsultation = tape.nextEvent?.kind == .consultation
      var tries = 0
      while !Task.isCancelled, tape.difference == nil {
        tries += 1
        if tries > Self.mostTries {
          tape.differ("On record a call of '\(request.model)' was cancelled, and here it is not.")
        }
        // Those who wait have begun to by then.
        try? await Task.sleep(for: .milliseconds(20))
        clock.expire(last: !isConsultation)
      }
    }
    return try answer.get()
  }

  private func answer(
    _ progress: @Sendable (StreamProgress) -> Void
  ) async throws(ReplayTape.Stop) -> Result<ModelReply, ModelError> {
    var hasWritten = false
    while true {
      let answer = try await tape.take("an answer") { item, _ -> Result<ModelReply, ModelError>?? in
        switch item {
        case .reply(let reply): return .success(reply)
        case .failure(let error): return .failure(error)
        case .written(let parts):
          // What had come before broke off, and was asked for again.
          if hasWritten { progress(StreamProgress(stage: .retrying)) }
          progress(StreamProgress(stage: .writing, parts: parts))
          return .some(nil)
        default: return nil
        }
      }
      guard let answer else {
        hasWritten = true
        continue
      }
      if hasWritten, case .success = answer { progress(StreamProgress(stage: .retrying)) }
      return answer
    }
  }

  private func compare(_ request: ModelRequest) async throws(ReplayTape.Stop) {
    try await tape.take("the model '\(request.model)'") { (item, state) -> Void? in
      guard case .request(let recorded) = item else { return nil }
      guard let wanted = tape.record.request(recorded) else {
        state.differ("The record is damaged: what the model '\(recorded.model)' was asked cannot be read.")
        return nil
      }
      guard let (cause, lines) = request.difference(from: wanted) else { return () }
      state.differ("The model '\(request.model)' is asked something else than on record: \(cause).", lines)
      return nil
    }
  }
}
