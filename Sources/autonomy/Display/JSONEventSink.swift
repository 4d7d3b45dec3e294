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

  func receive(_ events: [StoredEvent]) async {
    for stored in events {
      do {
        var line = try stored.json()
        if case .result(let result) = stored.event {
          seenResult.withLock { $0 = true }
          // The journal does not know with which signal the program ends.
          if result.outcome == .interrupted, var object = line.object {
            object["exit_code"] = .integer(Int(console.signals.exitCode))
            line = .object(object)
          }
        }
        console.emit(line)
      } catch {
        console.note("The event \(stored.sequence) cannot be written as JSON: \(error)")
      }
    }
  }
}
