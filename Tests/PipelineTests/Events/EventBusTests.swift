import Synchronization
import TestSupport
import Testing

@testable import Pipeline

@Suite struct EventBusTests {
  private func event(_ number: Int) -> Event { .warning(MessageEvent(message: "\(number)")) }

  private func stored(_ numbers: some Sequence<Int>) -> [StoredEvent] {
    numbers.map { StoredEvent(sequence: $0, time: Timestamp(milliseconds: 0), run: nil, event: event($0)) }
  }

  /// Publishes one event after the other, as a journal does.
  private func publish(_ numbers: some Sequence<Int>, on bus: EventBus) async {
    for entry in stored(numbers) {
      bus.beginCommit()
      _ = await bus.publish([entry])
    }
  }

  @Test func everySinkHearsEverythingInOrderHoweverManyCommitAtOnce() async throws {
    let sinks = [
      EventDelivery.immediate, .immediate, .waiting(limit: 3), .waiting(limit: 1000), .dropping(limit: 100_000),
    ]
    .map { NumberedSink($0) }
    let bus = EventBus(sinks)
    let journal = Journal(store: try StateManager(path: ":memory:"), sink: bus, recorder: nil)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for number in 0..<60 {
            try await journal.commit([], (0...number % 3).map { .warning(MessageEvent(message: "\(writer) \($0)")) })
          }
        }
      }
      try await group.waitForAll()
    }
    await bus.flush()
    for sink in sinks { #expect(sink.numbers == Array(1...960)) }
  }

  @Test func whoCommitsKnowsThatAnImmediateSinkHasHeardOfIt() async throws {
    let sink = NumberedSink(.immediate)
    let journal = Journal(store: try StateManager(path: ":memory:"), sink: EventBus([sink]), recorder: nil)
    for number in 1...20 {
      try await journal.commit([], [event(number)])
      #expect(sink.numbers.last == number)
    }
  }

  @Test func eventsThatCameTooEarlyWaitForThoseBeforeThem() async {
    let sink = NumberedSink(.immediate)
    let bus = EventBus([sink])
    bus.beginCommit()
    _ = await bus.publish(stored([1]))
    bus.beginCommit()
    bus.beginCommit()
    async let later = bus.publish(stored([3, 4]))
    #expect(sink.numbers == [1])
    _ = await bus.publish(stored([2]))
    _ = await later
    #expect(sink.numbers == [1, 2, 3, 4])
  }

  @Test(arguments: [EventDelivery.immediate, .waiting(limit: 2), .dropping(limit: 2)])
  func aSinkThatFailsHurtsNobodyAndIsReportedOnce(_ delivery: EventDelivery) async throws {
    let (bad, good) = (NumberedSink(delivery, failsAt: 3), NumberedSink(.immediate))
    let bus = EventBus([bad, good])
    let store = try StateManager(path: ":memory:")
    let journal = Journal(store: store, sink: bus, recorder: nil)
    for number in 1...10 {
      try await journal.commit([], [event(number)])
      await bus.flush()
    }
    #expect(bad.numbers.count == 2)
    #expect(good.numbers == Array(1...11))
    let warnings = try await store.events(after: 0).compactMap { stored in
      if case .warning(let event) = stored.event, event.message.contains("Broken") { event.message } else { nil }
    }
    #expect(warnings == ["'NumberedSink' hears of no further events, because it failed: Broken()"])
  }

  @Test func whoCommitsWaitsForASinkThatMustHearEverything() async {
    let limit = 4
    let begun = Atomic(0)
    let sink = NumberedSink(.waiting(limit: limit)) { first in
      guard first == 1 else { return }
      // The one that would be too many has been begun, and stays where it is.
      while begun.load(ordering: .relaxed) < limit + 1 { await Task.yield() }
      for _ in 0..<200 { await Task.yield() }
      #expect(begun.load(ordering: .relaxed) == limit + 1)
    }
    let bus = EventBus([sink])
    for entry in stored(1...50) {
      begun.add(1, ordering: .relaxed)
      bus.beginCommit()
      _ = await bus.publish([entry])
    }
    await bus.flush()
    #expect(sink.numbers == Array(1...50))
  }

  @Test func aSinkThatMayMissSomethingHoldsNobodyUpAndIsToldHowMuch() async {
    let isOpen = Atomic(false)
    let sink = NumberedSink(.dropping(limit: 3)) { first in
      while first == 1, !isOpen.load(ordering: .relaxed) { await Task.yield() }
    }
    let bus = EventBus([sink])
    await publish([1], on: bus)
    while sink.begun == 0 { await Task.yield() }
    await publish(2...10, on: bus)
    isOpen.store(true, ordering: .relaxed)
    await bus.flush()
    #expect(sink.numbers == [1, 8, 9, 10])
    #expect(sink.missedCounts == [6])
  }

  @Test(arguments: [0, 7, 20])
  func aSinkThatComesLateHearsOfWhatWasStoredBefore(_ after: Int) async throws {
    let store = try StateManager(path: ":memory:")
    let bus = EventBus()
    let journal = Journal(store: store, sink: bus, recorder: nil)
    for number in 1...20 { try await journal.commit([], [event(number)]) }
    let sink = NumberedSink(.immediate)
    async let others: Void = {
      for number in 21...60 { try await journal.commit([], [self.event(number)]) }
    }()
    try await bus.subscribe(sink, after: after) { try await store.events(after: $0) }
    try await others
    #expect(sink.numbers == Array((after + 1)...60))
  }
}

/// A sink that notes the numbers of what it hears, may take its time, and may break.
private final class NumberedSink: EventSink {
  struct Broken: Error {}

  let delivery: EventDelivery
  private let failsAt: Int
  private let pause: @Sendable (Int) async -> Void
  private let state = Mutex((numbers: [Int](), missed: [Int](), begun: 0))

  init(
    _ delivery: EventDelivery,
    failsAt: Int = .max,
    pause: @escaping @Sendable (_ first: Int) async -> Void = { _ in }
  ) {
    self.delivery = delivery
    self.failsAt = failsAt
    self.pause = pause
  }

  var numbers: [Int] { state.withLock { $0.numbers } }
  var missedCounts: [Int] { state.withLock { $0.missed } }
  var begun: Int { state.withLock { $0.begun } }

  func receive(_ events: [StoredEvent]) async throws {
    state.withLock { $0.begun += 1 }
    await pause(events[0].sequence)
    if events.contains(where: { $0.sequence >= failsAt }) { throw Broken() }
    state.withLock { $0.numbers += events.map { $0.sequence } }
  }

  func missed(_ count: Int) { state.withLock { $0.missed.append(count) } }
}
