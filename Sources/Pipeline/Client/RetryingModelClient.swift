/// A client that asks again after a failure that may pass; the only retry loop between the pipeline and a server.
package struct RetryingModelClient<RetryClock: Clock<Duration>>: ModelClient {
  private let client: any ModelClient
  private let patience: Duration
  private let backoff: Backoff
  private let clock: RetryClock
  private let note: @Sendable (ModelError, ModelRequest) async -> Void

  /// Makes a client that gives up when failure has lasted for `patience` without a break.
  ///
  /// It gives up sooner where another can answer, as `ModelReplacement` says. Each failure after which it asks again is
  /// told to `note` before the pause.
  package init(
    _ client: any ModelClient,
    patience: Duration,
    backoff: Backoff = Backoff(),
    clock: RetryClock,
    note: @escaping @Sendable (ModelError, ModelRequest) async -> Void = { _, _ in }
  ) {
    self.client = client
    self.patience = patience
    self.backoff = backoff
    self.clock = clock
    self.note = note
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    var giveUp: RetryClock.Instant?
    var failures = 0
    while true {
      do {
        return try await client.reply(to: request, progress: progress)
      } catch {
        guard !Task.isCancelled else { throw .cancelled }
        guard error.isRetryable else { throw error }
        let now = clock.now
        let end = giveUp ?? now.advanced(by: patience)
        giveUp = end
        let left = now.duration(to: end)
        // A server that wants to be left alone for longer than that is as good as absent.
        let isTooLong = error.retryAfter.map { $0 > left } ?? false
        let replaced = ModelReplacement.current?.timeLeft(request, after: patience - left, error)
        let isReplaced = replaced.map { $0 <= .zero || error.retryAfter ?? .zero > $0 } ?? false
        guard left > .zero, !isTooLong, !isReplaced else {
          throw .unavailable(
            server: error.server ?? "",
            last: error.description,
            after: patience - left,
            asksFor: isTooLong && !isReplaced ? error.retryAfter : nil
          )
        }
        failures += 1
        progress(StreamProgress(stage: .retrying))
        await note(error, request)
        let pause = error.retryAfter ?? backoff.delay(afterFailure: failures)
        try await self.pause(for: min(left, replaced ?? left, pause))
      }
    }
  }

  private func pause(for duration: Duration) async throws(ModelError) {
    do {
      try await clock.sleep(for: duration)
    } catch {
      throw .cancelled
    }
  }
}

extension RetryingModelClient where RetryClock == ContinuousClock {
  /// Makes a client that waits in real time.
  package init(
    _ client: any ModelClient,
    patience: Duration,
    note: @escaping @Sendable (ModelError, ModelRequest) async -> Void = { _, _ in }
  ) {
    self.init(client, patience: patience, clock: ContinuousClock(), note: note)
  }
}

/// The growing pauses between tries.
package struct Backoff: Sendable {
  private let first: Duration
  private let longest: Duration
  private let random: @Sendable (ClosedRange<Double>) -> Double

  package init(
    first: Duration = .milliseconds(500),
    longest: Duration = .seconds(30),
    random: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) }
  ) {
    self.first = first
    self.longest = longest
    self.random = random
  }

  /// Returns the pause after the n-th failure in a row, from 1: doubled each time, and scattered over its upper half.
  package func delay(afterFailure count: Int) -> Duration {
    let doublings = min(max(0, count - 1), 20)
    return min(longest, first * (1 << doublings)) * random(0.5...1)
  }
}
