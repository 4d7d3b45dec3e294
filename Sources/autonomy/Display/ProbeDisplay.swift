import Pipeline
import Wording

/// Shows how far a probe has come: one line that is drawn over on a terminal, else one at the beginning.
struct ProbeDisplay: Sendable {
  let console: Console
  let subject: ProbeSubject
  let limit: Duration

  private var terminal: Terminal { console.errors.terminal }

  func begin() {
    let window = Amount.grouped(subject.model.numContext)
    let place = "\(subject.model.name) on \(subject.model.server)"
    let style = TextStyle(terminal)
    console.note(
      "\(style.neutral) Measuring \(style.bold(place)) with a window of \(window), for \(limit.text) at most"
    )
  }

  func update(_ progress: ProbeProgress) {
    guard terminal.isLive else { return }
    let style = TextStyle(terminal)
    let words = progress.trial.replacing("_", with: " ")
    let parts = ["\(progress.done) of \(progress.of) trials", words, Amount.time(progress.seconds)]
    let line = "  \(parts.joined(separator: style.separator))"
    console.errors.write("\r\u{1B}[K" + DisplayWidth.line(line, columns: terminal.columns.map { $0 - 1 }))
  }

  /// Takes the line off the screen.
  func end() {
    if terminal.isLive { console.errors.write("\r\u{1B}[K") }
  }
}
