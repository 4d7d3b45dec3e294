import Pipeline
import Wording

/// The lines that stay on the screen: what a run has finished.
struct RunLines {
  let text: EventText
  let state: DisplayState

  /// The lines of an event, and whether they belong below the line of the step that is under way.
  func lines(for event: Event) -> (lines: [String], areBelow: Bool) {
    switch event {
    case .phaseStarted(let phase):
      // A live line says this as long as it is true.
      return (text.terminal.isLive ? [] : started(phase), false)
    case .phaseFinished(let phase):
      return (finished(phase), false)
    case .planChanged(let plan):
      return (plan.tasks.flatMap { below(task($0)) }, true)
    case .checkFinished(let check):
      return (below(self.check(check)), true)
    case .taskChanged(let change) where change.to == .failed || change.to == .blocked:
      return (below(text.words(of: event)), true)
    case .route:
      return text.terminal.isLive ? ([], false) : (below(("", text.words(of: event).text)), true)
    case .userChanged, .fallback, .consultation, .migration, .checkpointRestored, .question, .answer, .warning, .error,
      .budget:
      let (mark, words) = text.words(of: event)
      return (
        DisplayWidth.wrapped(words, columns: text.terminal.columns.map { $0 - 2 }).enumerated().map {
          $0 == 0 ? "\(mark) \($1)" : "  \($1)"
        }, false
      )
    case .merge(let merge) where merge.conflicts != nil:
      return (below(text.words(of: event)), true)
    case .merge, .runStarted, .runResumed, .decision, .shadow, .recovery, .comparison, .workflow, .checkpointCreated,
      .modelRequest,
      .modelResponse, .toolCall, .toolResult, .toolRepair, .taskChanged, .result:
      return ([], false)
    }
  }

  /// The step that the lines of an event belong to; nil where it is not said.
  static func step(of event: Event) -> Int? {
    switch event {
    case .checkFinished(let check): check.step
    case .taskChanged(let change): change.step
    case .merge(let merge): merge.step
    case .route(let route): route.step
    default: nil
    }
  }

  private func started(_ phase: PhaseStartedEvent) -> [String] {
    let attempt = text.attempt(phase.attempt, of: phase.phase)
    return lines(text.style.neutral, phase.step, phase.phase, phase.task, "begins\(text.with(phase.model))\(attempt)")
  }

  private func finished(_ phase: PhaseFinishedEvent) -> [String] {
    let reason = phase.reason.split(separator: "\n").first.map { DisplayWidth.oneLine(String($0)) } ?? ""
    let time = DisplayWidth.padded(Amount.time(phase.seconds), to: 7, isRight: true)
    return lines(
      text.mark(ofResult: phase.result),
      phase.step,
      phase.phase,
      phase.task,
      "\(DisplayWidth.padded(phase.result, to: 10))  \(text.style.dim(time))",
      reason
    )
  }

  /// The line of a step; a reason that has no room in it stands below.
  private func lines(
    _ mark: String,
    _ step: Int,
    _ phase: PhaseName,
    _ task: TaskID?,
    _ words: String,
    _ reason: String = ""
  ) -> [String] {
    let number = DisplayWidth.padded("\(step)", to: 3, isRight: true)
    let name = DisplayWidth.padded("\(phase.rawValue)\(task.map { " \($0)" } ?? "")", to: 14)
    let head = "\(mark) \(text.style.dim(number))  \(name)  \(words)"
    guard !reason.isEmpty else { return [text.fit(head)] }
    let whole = "\(head)  \(reason)"
    guard let columns = text.terminal.columns, DisplayWidth.of(whole) > columns else { return [whole] }
    return [text.fit(head)] + below(("", reason))
  }

  private func task(_ task: PlanTaskEvent) -> (mark: String, text: String) {
    let id = DisplayWidth.padded("\(task.task)", to: 3)
    return (text.style.neutral, "\(id)  \(DisplayWidth.oneLine(task.description))")
  }

  private func check(_ check: CheckFinishedEvent) -> (mark: String, text: String) {
    // The first run shows where the work begins; what fails then is nobody's fault.
    let isBaseline = check.step == nil && !state.hasTakenSteps && !state.checksBesideSteps.contains(check.check)
    let moment = isBaseline ? ", before the first step" : check.step == nil ? ", on the final files" : ""
    let (mark, words) = text.check(check, moment)
    return (isBaseline && check.status.isFailure ? text.style.warning : mark, words)
  }

  /// Lines that belong to the step above them.
  private func below(_ line: (mark: String, text: String)) -> [String] {
    let mark = line.mark.isEmpty ? "" : "\(line.mark) "
    let indent = 7 + (mark.isEmpty ? 0 : 2)
    let lines = DisplayWidth.wrapped(line.text, columns: text.terminal.columns.map { $0 - indent })
    let margin = String(repeating: " ", count: indent)
    return lines.enumerated().map { $0 == 0 ? "       \(mark)\($1)" : margin + $1 }
  }
}
