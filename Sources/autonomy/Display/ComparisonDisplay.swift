import Pipeline
import Unified
import Wording

/// A comparison while it goes on: a line for each run that ended.
struct ComparisonDisplay: Sendable {
  let console: Console
  let isQuiet: Bool

  func show(_ progress: Comparison.Progress) {
    guard !isQuiet else { return }
    switch progress {
    case .began(let run, let count, let mode):
      console.note("Run \(run) of \(count), \(mode)\(TextStyle(console.errors.terminal).ellipsis)")
    case .ended(_, _, let measures):
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
}
