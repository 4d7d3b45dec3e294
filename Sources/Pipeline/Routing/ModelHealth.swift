import Synchronization

/// Which models gave no answer when they were asked last: a reader of the journal's events.
///
/// It begins anew with each start of the program, by which somebody may have helped them.
package final class ModelHealth: EventSink {
  /// As `name@server`.
  private let failed = Mutex<Set<String>>([])

  package init() {}

  package func receive(_ events: [StoredEvent]) {
    for stored in events {
      switch stored.event {
      case .warning(let warning):
        guard let model = warning.model else { continue }
        failed.withLock { _ = $0.insert(model) }
      case .modelResponse(let response):
        failed.withLock { _ = $0.remove("\(response.model)@\(response.server)") }
      default: continue
      }
    }
  }

  /// The models, as `name@server`, in order.
  package var failing: [String] { failed.withLock { $0.sorted() } }
}
