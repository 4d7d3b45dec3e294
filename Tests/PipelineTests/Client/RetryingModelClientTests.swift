import Pipeline
import Synchronization
import TestSupport
import Testing

@Suite struct RetryingModelClientTests {
  private let clock = ManualClock()
  private let answer = ModelReply(content: "yes", server: "x", model: "m")
  private let failure = ModelError.serverError(server: "x", status: 500, message: "no")
  private let backoff = Backoff(first: .seconds(1), longest: .seconds(8)) { $0.upperBound }

  private func client(_ scripted: ScriptedModelClient, patience: Duration) -> RetryingModelClient<ManualClock> {
    RetryingModelClient(scripted, patience: patience, backoff: backoff, clock: clock)
  }

  @Test func asksAgainWithGrowingPauses() async throws {
    let failures = [Result<ModelReply, ModelError>](repeating: .failure(failure), count: 6)
    let scripted = ScriptedModelClient(failures + [.success(answer)])
    #expect(try await client(scripted, patience: .seconds(60)).reply(to: .short()) == answer)
    #expect(clock.sleeps == [1, 2, 4, 8, 8, 8].map { .seconds($0) })
  }

  @Test func doesNotAskAgainWhereItCannotHelp() async {
    let scripted = ScriptedModelClient([.failure(.unmatchedScenario("x"))])
    await #expect(throws: ModelError.unmatchedScenario("x")) {
      try await client(scripted, patience: .seconds(60)).reply(to: .short())
    }
    #expect(clock.sleeps.isEmpty)
  }

  @Test func givesUpWhenPatienceIsSpent() async {
    let scripted = ScriptedModelClient([Result<ModelReply, ModelError>](repeating: .failure(failure), count: 5))
    let error = await #expect(throws: ModelError.self) {
      try await client(scripted, patience: .seconds(10)).reply(to: .short())
    }
    #expect(error == .unavailable(server: "x", last: failure.description, after: .seconds(10)))
    #expect(clock.sleeps == [1, 2, 4, 3].map { .seconds($0) })
  }

  @Test func countsPatienceFromTheFirstFailure() async throws {
    let clock = clock
    // Each try takes longer than all the patience there is, but the first failure is what starts it.
    let scripted = ScriptedModelClient([.failure(failure), .success(answer)]) { clock.advance(by: .seconds(100)) }
    #expect(try await client(scripted, patience: .seconds(10)).reply(to: .short()) == answer)
  }

  @Test func waitsAsLongAsTheServerAsks() async throws {
    let busy = ModelError.refused(server: "x", status: 429, message: "", retryAfter: .seconds(20))
    let scripted = ScriptedModelClient([.failure(busy), .success(answer)])
    _ = try await client(scripted, patience: .seconds(60)).reply(to: .short())
    #expect(clock.sleeps == [.seconds(20)])
  }

  @Test func doesNotWaitForAServerThatAsksForMoreThanThereIsPatience() async {
    let busy = ModelError.refused(server: "x", status: 429, message: "", retryAfter: .seconds(61))
    let scripted = ScriptedModelClient([.failure(busy)])
    let error = await #expect(throws: ModelError.self) {
      try await client(scripted, patience: .seconds(60)).reply(to: .short())
    }
    #expect(error == .unavailable(server: "x", last: busy.description, after: .zero, asksFor: .seconds(61)))
    #expect(clock.sleeps.isEmpty)
  }

  // MARK: - Where another model can answer

  /// Asks as a step does whose model gives way after so long.
  private func reply(
    of scripted: ScriptedModelClient,
    givingWayAfter patience: Duration,
    of model: String? = nil
  ) async throws -> ModelReply {
    let request = ModelRequest.short()
    let rule = ModelReplacement(of: model ?? request.place, patience: patience) { _ in true }
    return try await ModelReplacement.$current.withValue(rule) {
      try await client(scripted, patience: .seconds(60)).reply(to: request)
    }
  }

  @Test func aModelGivesWayWhenItsPatienceIsSpent() async {
    let scripted = ScriptedModelClient([Result<ModelReply, ModelError>](repeating: .failure(failure), count: 5))
    let error = await #expect(throws: ModelError.self) { try await reply(of: scripted, givingWayAfter: .seconds(5)) }
    #expect(error == .unavailable(server: "x", last: failure.description, after: .seconds(5)))
    #expect(clock.sleeps == [1, 2, 2].map { .seconds($0) })
  }

  @Test func aServerThatAsksForMoreTimeThanThatIsNotWaitedFor() async {
    let busy = ModelError.refused(server: "x", status: 429, message: "", retryAfter: .seconds(20))
    let scripted = ScriptedModelClient([.failure(busy)])
    let error = await #expect(throws: ModelError.self) { try await reply(of: scripted, givingWayAfter: .seconds(5)) }
    #expect(error == .unavailable(server: "x", last: busy.description, after: .zero))
    #expect(clock.sleeps.isEmpty)
  }

  /// As an interpreter is asked within a step.
  @Test func anotherModelIsWaitedForAllTheSame() async throws {
    let busy = ModelError.refused(server: "x", status: 429, message: "", retryAfter: .seconds(20))
    let scripted = ScriptedModelClient([.failure(busy), .success(answer)])
    #expect(try await reply(of: scripted, givingWayAfter: .seconds(5), of: "other:1b@x") == answer)
    #expect(clock.sleeps == [.seconds(20)])
  }

  @Test func stopsWhenItIsCancelled() async {
    let task = Task { [failure, backoff, clock] in
      unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
      let scripted = ScriptedModelClient([.failure(failure)])
      let client = RetryingModelClient(scripted, patience: .seconds(60), backoff: backoff, clock: clock)
      return try await client.reply(to: .short())
    }
    let error = await #expect(throws: ModelError.self) { try await task.value }
    #expect(error == .cancelled)
  }

  @Test func tellsOfEachFailureBeforeItAsksAgain() async throws {
    let heard = Mutex<[ModelError]>([])
    let scripted = ScriptedModelClient([.failure(failure), .failure(failure), .success(answer)])
    let client = RetryingModelClient(scripted, patience: .seconds(60), backoff: backoff, clock: clock) {
      error,
      request in
      #expect(request == .short())
      heard.withLock { $0.append(error) }
    }
    _ = try await client.reply(to: .short())
    #expect(heard.withLock { $0 } == [failure, failure])
  }

  @Test func scattersItsPauses() {
    let low = Backoff(first: .seconds(1), longest: .seconds(8)) { $0.lowerBound }
    #expect(low.delay(afterFailure: 3) == .seconds(2))
    #expect(backoff.delay(afterFailure: 1_000) == .seconds(8))
  }
}
