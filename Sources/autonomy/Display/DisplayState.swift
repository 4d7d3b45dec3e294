import Pipeline

/// What the display knows of a run.
struct DisplayState: Sendable {
  /// The step that is being carried out.
  struct Step: Sendable {
    var number: Int
    var action: Action
    var model = ""
    var attempt: Int?
    var start = ContinuousClock.now
  }

  /// What goes on right now.
  enum Activity: Sendable, Hashable {
    case starting
    case checking
    case asking
    case tool(String)
    case between
  }

  var tasks: [TaskID: TaskStatus] = [:]
  var step: Step?
  var activity = Activity.starting
  var stream: StreamProgress?
  /// When the first part of the answer arrived.
  var streamStart: ContinuousClock.Instant?
  let start = ContinuousClock.now
  var frame = 0
  var drawnLines = 0
  var isEnded = false
  var lastSaid = ""
  /// Whether this run or an earlier part of it has begun a step.
  var hasTakenSteps = false
  /// Lines that wait for the line of the step they belong to.
  var held: [String] = []

  /// What takes the live lines off the screen.
  mutating func erasure() -> String {
    guard drawnLines > 0 else { return "" }
    let up = drawnLines > 1 ? "\u{1B}[\(drawnLines - 1)A" : ""
    drawnLines = 0
    return "\r\(up)\u{1B}[J"
  }

  mutating func takeHeld() -> [String] {
    defer { held = [] }
    return held
  }

  mutating func note(_ progress: StreamProgress) {
    stream = progress
    if progress.parts > 0, streamStart == nil { streamStart = .now }
    if progress.parts == 0 { streamStart = nil }
  }

  mutating func note(_ event: Event) {
    switch event {
    case .planChanged(let plan):
      for task in plan.tasks { tasks[task.task] = task.status }
    case .taskChanged(let change):
      tasks[change.task] = change.to
    case .runStarted, .runResumed:
      activity = .checking
    case .decision(let decision):
      step = Step(number: decision.step, action: decision.action)
      hasTakenSteps = true
      activity = .between
    case .phaseStarted(let phase):
      var next = step ?? Step(number: phase.step, action: .phase(phase.phase, phase.task))
      next.model = phase.model
      next.attempt = phase.attempt
      step = next
      hasTakenSteps = true
      activity = phase.phase == .qa ? .checking : .between
    case .route(let route):
      step?.model = route.model
    case .modelRequest:
      activity = .asking
      stream = nil
      streamStart = nil
    case .modelResponse:
      activity = .between
    case .toolCall(let call):
      activity = .tool(DisplayWidth.oneLine(call.path.map { "\(call.tool) \($0)" } ?? call.tool))
    case .toolResult:
      activity = .between
    case .phaseFinished:
      step = nil
      // With no task open, the checks have the last word.
      activity = tasks.values.contains { $0.isOpen } ? .between : .checking
    default:
      break
    }
  }
}
