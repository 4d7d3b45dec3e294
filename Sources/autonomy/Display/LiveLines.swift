import Pipeline
import Wording

/// The lines that are drawn over and over: one for each step under way, and how far the tasks are.
struct LiveLines {
  let text: EventText
  let state: DisplayState
  var now = ContinuousClock.now

  /// A terminal that shows '^C' behind the last line has room for it, or it would begin another.
  private var columns: Int? { text.terminal.columns.map { $0 - 3 } }

  var lines: [String] {
    (steps + [bar]).map { DisplayWidth.line($0, columns: columns, ellipsis: text.style.ellipsis) }
  }

  private var steps: [String] {
    let style = text.style
    let frames = style.hasUnicode ? Self.frames : Self.plainFrames
    let spinner = style.paint(frames[state.frame % frames.count], .cyan)
    guard !state.steps.isEmpty else { return ["\(spinner) \(words(for: state.activity))"] }
    return state.steps.map { step in
      var parts = [style.bold("\(step.action)")]
      if let phase = step.action.phase { parts[0] += text.attempt(step.attempt, of: phase) }
      let isQueued = state.queued.contains(step.number)
      parts.append(isQueued ? "waiting for its turn at the server" : words(for: step.activity))
      if !step.model.isEmpty { parts.append(step.model) }
      if let speed = speed(of: step) { parts.append(speed) }
      parts.append(Amount.time((now - step.start) / .seconds(1)))
      // What can be had elsewhere goes first where there is no room.
      var line: String { "\(spinner) \(parts.joined(separator: style.separator))" }
      while let columns, parts.count > 2, DisplayWidth.of(line) > columns { parts.remove(at: min(2, parts.count - 2)) }
      return line
    }
  }

  private func words(for activity: DisplayState.Activity) -> String {
    switch activity {
    case .starting: "starting"
    case .checking: "running the checks"
    case .between: "working"
    case .tool(let name): name
    case .asking: streamWords
    }
  }

  private var streamWords: String {
    // What arrives is of one of several steps, and it is not known of which.
    guard let stream = state.stream, state.steps.count < 2 else { return "waiting for the model" }
    return switch stream.stage {
    case .queued, .waiting: "waiting for the model"
    case .thinking: "thinking"
    case .writing: "writing"
    case .calling: "calling a tool"
    case .retrying: "waiting to try again"
    }
  }

  /// The tokens of the answer so far and how fast they come.
  private func speed(of step: DisplayState.Step) -> String? {
    guard step.activity == .asking, state.steps.count == 1, let stream = state.stream, stream.parts > 0,
      let start = state.streamStart
    else { return nil }
    let seconds = (now - start) / .seconds(1)
    let count = Amount.counted(stream.parts, "token")
    guard seconds > 0.3 else { return count }
    return "\(count)\(text.style.separator)\(Amount.tenths(Double(stream.parts) / seconds)) tokens/s"
  }

  private var bar: String {
    let style = text.style
    let counts = state.tasks.values.reduce(into: [TaskStatus: Int]()) { $0[$1, default: 0] += 1 }
    let total = state.tasks.count
    var elapsed = Amount.time((now - state.start) / .seconds(1))
    if state.microdollars > 0 {
      elapsed += "\(style.separator)\(Dollars(microdollars: state.microdollars))"
    }
    guard total > 0 else { return "  " + style.dim("no tasks yet\(style.separator)\(elapsed)") }
    let done = counts[.done] ?? 0
    let lost = (counts[.failed] ?? 0) + (counts[.blocked] ?? 0)
    let failed = lost > 0 ? ", \(lost) not" : ""
    let words = "\(done) of \(Amount.counted(total, "task")) done\(failed)\(style.separator)\(elapsed)"
    let width = min(24, max(0, (columns ?? .max) - DisplayWidth.of(words) - 4))
    let doneWidth = done * width / total
    let lostWidth = lost * width / total
    let (full, empty) = style.hasUnicode ? ("━", "━") : ("#", ".")
    let drawn =
      style.paint(String(repeating: full, count: doneWidth), .green)
      + style.paint(String(repeating: style.hasUnicode ? full : "x", count: lostWidth), .red)
      + style.dim(String(repeating: empty, count: width - doneWidth - lostWidth))
    // Without colour the two parts of the bar would look the same.
    let shown = style.hasUnicode && !style.hasColour ? plainBar(doneWidth, lostWidth, width) : drawn
    return "  \(shown)\(width > 0 ? "  " : "")\(style.dim(words))"
  }

  private func plainBar(_ done: Int, _ lost: Int, _ width: Int) -> String {
    String(repeating: "█", count: done) + String(repeating: "▒", count: lost)
      + String(repeating: "░", count: width - done - lost)
  }

  private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]
  private static let plainFrames = ["|", "/", "-", "\\"]
}
