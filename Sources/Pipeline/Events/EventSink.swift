/// Hears of events after they are stored, and can veto nothing.
package protocol EventSink: Sendable {
  func receive(_ events: [StoredEvent]) async
}

/// Passes stored events on to the sinks, in order.
package struct EventBus: EventSink {
  private let sinks: [any EventSink]

  package init(_ sinks: [any EventSink]) {
    self.sinks = sinks
  }

  package func receive(_ events: [StoredEvent]) async {
    for sink in sinks { await sink.receive(events) }
  }
}
