import Pipeline
import Wording

/// Shows a workflow while it goes on, a line for all that happens to its tasks.
final class WorkflowDisplay: EventSink {
  private let console: Console
  private let text: EventText

  init(console: Console) {
    self.console = console
    text = EventText(console.errors.terminal)
  }

  /// A terminal that stands still, as by Ctrl-S, does not hold up the work.
  var delivery: EventDelivery { .dropping(limit: 4096) }

  func missed(_ count: Int) {
    console.note("\(Amount.counted(count, "event")) went by while the terminal stood still.")
  }

  func receive(_ events: [StoredEvent]) async {
    for stored in events {
      switch stored.event {
      case .workflow(let event) where event.moment != .finished: show(stored.event)
      case .warning, .error: show(stored.event)
      default: break
      }
    }
  }

  private func show(_ event: Event) {
    let (mark, words) = text.words(of: event)
    console.note(text.fit("\(mark) \(words)"))
  }
}
