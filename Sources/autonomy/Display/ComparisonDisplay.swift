import Pipeline
import Synchronization
import Unified
import Wording

/// A comparison while it goes on: a line for each run that ended and, on a terminal, two that live for the one at work.
final class ComparisonDisplay: EventSink {
  private let console: Console
  private let current = Mutex<RunDisplay?>(nil)

  init(console: Console) {
    self.console = console
  }

  var delivery: EventDelivery { .dropping(limit: 4096) }

  func receive(_ events: [StoredEvent]) async { await current.withLock { $0 }?.receive(events) }

  func update(_ progress: StreamProgress) { current.withLock { $0 }?.update(progress) }

  func show(_ progress: Comparison.Progress) {
    switch progress {
    case .began(let run, let count, let mode, let tasks):
      console.note("Run \(run) of \(count), \(mode)\(TextStyle(console.errors.terminal).ellipsis)")
      let display = RunDisplay(console: console, header: nil)
      display.begin(with: tasks)
      current.withLock { $0 = display }
    case .kept:
      break
    case .ended(_, _, let measures):
      end()
      let style = TextStyle(console.errors.terminal)
      let parts = [
        measures.outcome?.rawValue ?? "killed", Amount.counted(measures.done, "task") + " done",
        Amount.counted(measures.steps, "step"), Amount.counted(measures.calls, "call"),
        Amount.counted(measures.tokens, "token"), Amount.time(measures.seconds),
      ]
      let mark = measures.outcome == .complete ? style.good : style.warning
      console.note("  \(mark) \(parts.joined(separator: ", "))")
    }
  }

  /// Takes the live lines off the screen.
  func end() {
    let display = current.withLock { current in
      defer { current = nil }
      return current
    }
    display?.end()
  }
}
