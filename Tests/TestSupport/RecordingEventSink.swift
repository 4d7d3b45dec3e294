package import Pipeline
package import SourceControl
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

extension RecordingEventSink {
  /// The files that the user was found to have changed.
  package var userChanges: [ProjectPath] {
    events.flatMap { if case .userChanged(let event) = $0.event { event.paths } else { [ProjectPath]() } }
  }

  /// What was warned of, but for what holds of the machine and not of the run.
  package var warnings: [String] {
    events.compactMap { if case .warning(let event) = $0.event { event.message } else { nil } }
      .filter { !$0.hasPrefix("Checks run without a sandbox") }
  }
}
