import Pipeline
import Synchronization

/// How fast events come to sinks, one after the other and in order.
struct EventBenchmark {
  private static let count = 1_000_000

  func measurements() async throws -> [Measurement] {
    let events = (1...Self.count).map { number in
      StoredEvent(sequence: number, time: .now, run: nil, event: .warning(MessageEvent(message: "")))
    }
    let direct = await Self.rate {
      let sinks = (0..<5).map { _ in CountingSink(.immediate) }
      for event in events {
        for sink in sinks { await sink.receive([event]) }
      }
      return sinks
    }
    let immediate = await Self.rate {
      let sinks = (0..<5).map { _ in CountingSink(.immediate) }
      await Self.publish(events, to: sinks)
      return sinks
    }
    let mixed = await Self.rate {
      let queued: [EventDelivery] = [.waiting(limit: 4096), .dropping(limit: Self.count)]
      let sinks = ([.immediate, .immediate, .immediate] + queued).map { CountingSink($0) }
      await Self.publish(events, to: sinks)
      return sinks
    }
    return [
      Measurement(
        name: "events to five sinks, where they are committed",
        value: immediate,
        unit: "million/s",
        yardstick: ("five calls an event", direct),
        target: "at least 1 million/s"
      ),
      Measurement(
        name: "events to five sinks, two of them through queues",
        value: mixed,
        unit: "million/s",
        yardstick: ("five calls an event", direct),
        target: "at least 1 million/s"
      ),
    ]
  }

  private static func publish(_ events: [StoredEvent], to sinks: [CountingSink]) async {
    let bus = EventBus(sinks)
    for event in events {
      bus.beginCommit()
      _ = await bus.publish([event])
    }
    await bus.flush()
  }

  /// Million events a second, the median of five rounds in which every sink has heard every event in order.
  private static func rate(_ body: () async -> [CountingSink]) async -> Double {
    var rates: [Double] = []
    for _ in 0..<5 {
      let start = ContinuousClock.now
      let sinks = await body()
      rates.append(Double(count) / ((ContinuousClock.now - start) / .microseconds(1)))
      precondition(sinks.allSatisfy { $0.last == count }, "every sink hears everything, in order")
    }
    return rates.median
  }
}

/// A sink that counts, as long as what it hears is in order.
private final class CountingSink: EventSink {
  let delivery: EventDelivery
  private let state = Atomic(0)

  init(_ delivery: EventDelivery) {
    self.delivery = delivery
  }

  /// The number of the last event, where none before it was missed.
  var last: Int { state.load(ordering: .relaxed) }

  func receive(_ events: [StoredEvent]) async {
    for event in events where event.sequence == last + 1 { state.store(event.sequence, ordering: .relaxed) }
  }
}
