package import Pipeline
import Synchronization

/// A sink that remembers what it heard.
package final class RecordingEventSink: EventSink {
  private let heard = Mutex<[StoredEvent]>([])

  package init() {}

  package var events: [StoredEvent] { heard.withLock { $0 } }

  package func receive(_ events: [StoredEvent]) {
    heard.withLock { $0 += events }
  }
}
