import Pipeline
import Wording

/// What happens to a workflow, in words.
struct WorkflowText: Sendable {
  private let style: TextStyle

  init(_ style: TextStyle) {
    self.style = style
  }

  /// What an event says, with the mark before it.
  func words(of event: WorkflowEvent) -> (mark: String, text: String) {
    let name = event.task.map { DisplayWidth.oneLine("\(event.phase ?? "") \($0)") } ?? ""
    let time = event.seconds.map { " (\(Amount.time($0))\(loading(event)))" } ?? ""
    let message = event.message.map { ": \(DisplayWidth.oneLine($0))" } ?? ""
    switch event.moment {
    case .started:
      let fresh = event.isFresh == true ? ", all of it anew" : ""
      return (
        style.neutral,
        style.bold("Workflow '\(event.workflow)'") + " of \(Amount.counted(event.tasks ?? 0, "task"))\(fresh)"
      )
    case .running:
      let attempt = event.attempt.flatMap { $0 > 1 ? ", attempt \($0)" : nil } ?? ""
      return (style.neutral, "\(name) begins with \(event.model ?? "nobody")\(attempt)")
    case .retried: return (style.warning, "\(name) is tried again\(time)\(message)")
    case .succeeded:
      let head = (event.result ?? "").split(separator: "\n").first.map { ": \(DisplayWidth.oneLine(String($0)))" } ?? ""
      return (style.good, "\(name)\(time)\(head)")
    case .failed: return (style.bad, "\(name) failed\(time)\(message)")
    case .timedOut: return (style.bad, "\(name) took too long\(time)\(message)")
    case .skipped: return (style.warning, "\(name) is skipped because of '\(event.because ?? "")'")
    case .cancelled: return (style.warning, "\(name) was cancelled\(message)")
    case .finished: return (style.neutral, "Workflow '\(event.workflow)' ended\(time)\(message)")
    }
  }

  private func loading(_ event: WorkflowEvent) -> String {
    guard let load = event.loadSeconds, load >= 0.05 else { return "" }
    return ", \(Amount.time(load)) of it loading"
  }
}
