extension ModelClient {
  /// Asks the model, but waits no longer than `limit`, if there is one; nil where the time is over.
  ///
  /// Throws only where the task itself is cancelled.
  package func reply(
    to request: ModelRequest,
    within limit: Duration?,
    clock: some Clock<Duration> = ContinuousClock(),
    progress: @escaping @Sendable (StreamProgress) -> Void = { _ in }
  ) async throws(CancellationError) -> Result<ModelReply, ModelError>? {
    let answer = await withTaskGroup(of: Result<ModelReply, ModelError>?.self) { group in
      group.addTask { await result(of: request, progress) }
      if let limit {
        group.addTask {
          try? await clock.sleep(for: limit)
          return nil
        }
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
    if Task.isCancelled || answer == .failure(.cancelled) { throw CancellationError() }
    return answer
  }

  private func result(
    of request: ModelRequest,
    _ progress: @escaping @Sendable (StreamProgress) -> Void
  ) async -> Result<ModelReply, ModelError> {
    do {
      return .success(try await reply(to: request, progress: progress))
    } catch {
      return .failure(error)
    }
  }
}
