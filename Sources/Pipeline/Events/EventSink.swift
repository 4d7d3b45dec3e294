/// Hears of events after they are stored, in their order, and can veto nothing.
///
/// A sink that throws is taken off the bus, which is said once in a warning; the run goes on.
package protocol EventSink: Sendable {
  /// How events come, and who waits where the sink is slower than they do.
  var delivery: EventDelivery { get }

  func receive(_ events: [StoredEvent]) async throws

  /// So many events before the next were dropped, because the sink was too slow.
  func missed(_ count: Int) async
}

extension EventSink {
  package var delivery: EventDelivery { .immediate }

  package func missed(_ count: Int) {}
}

/// How events come to one sink.
package enum EventDelivery: Hashable, Sendable {
  /// Where they were committed, before anything goes on there: for what the next decision or prompt depends on.
  case immediate
  /// Through a queue, on a thread of the sink's own; whoever commits waits where so many have not been taken: for
  /// outputs that must be whole.
  case waiting(limit: Int)
  /// Through a queue in the same way; of more than so many the oldest are dropped and counted: for what is only looked at.
  case dropping(limit: Int)
}
