import JSON
import Pipeline
import Synchronization

/// Writes every event as a line of JSON.
final class JSONEventSink: EventSink {
  private let console: Console
  private let seenResult = Mutex(false)

  init(console: Console) {
    self.console = console
  }

  /// Whether the run's own result was written.
  var hasResult: Bool { seenResult.withLock { $0 } }

  /// Scripts need every event, so the run waits for them.
  var delivery: EventDelivery { .waiting(limit: 4096) }

  func receive(_ events: [StoredEvent]) async {
    for stored in events {
      do {
        if case .result = stored.event { seenResult.withLock { $0 = true } }
        console.emit(try stored.json())
      } catch {
        console.note("The event \(stored.sequence) cannot be written as JSON: \(error)")
      }
    }
  }
}
