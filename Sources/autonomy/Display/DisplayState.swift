import Pipeline

/// What the display knows of a run.
struct DisplayState: Sendable {
  /// A step that is being carried out.
  struct Step: Sendable {
    var number: Int
    var action: Action
    var model = ""
    var attempt: Int?
    var start = ContinuousClock.now
    var activity = Activity.between
    /// Lines that wait for the step's own.
    var held: [String] = []
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
  /// The steps under way, in the order in which they began.
  var steps: [Step] = []
  /// The steps that wait until they may ask their models, as others use the servers.
  var queued: Set<Int> = []
  /// What goes on where no step is under way.
  var activity = Activity.starting
  var stream: StreamProgress?
  /// When the first part of the answer arrived.
  var streamStart: ContinuousClock.Instant?
  let start = ContinuousClock.now
  /// What the run's answers have cost, as far as that is known.
  var microdollars = 0
  /// What those of the last run have, which may go on.
  var earlierMicrodollars = 0
  var frame = 0
  /// The columns of each live line that is on the screen.
  var drawn: [Int] = []
  var isEnded = false
  private var lastRetry: String?
  /// Whether this run or an earlier part of it has begun a step.
  var hasTakenSteps = false
  /// The checks that ran outside of any step.
  private(set) var checksBesideSteps: Set<String> = []

  /// What takes the live lines off a screen that has so many columns by now, in which it may have wrapped them.
  mutating func erasure(columns: Int?) -> String {
    guard !drawn.isEmpty else { return "" }
    let rows = drawn.reduce(0) { rows, width in rows + (columns.map { max(1, (width + $0 - 1) / $0) } ?? 1) }
    drawn = []
    let up = rows > 1 ? "\u{1B}[\(rows - 1)A" : ""
    return "\r\(up)\u{1B}[J"
  }

  /// The lines that wait for a step's own, or for all of them.
  mutating func takeHeld(of number: Int? = nil) -> [String] {
    var lines: [String] = []
    for index in steps.indices where number == nil || steps[index].number == number {
      lines += steps[index].held
      steps[index].held = []
    }
    return lines
  }

  /// Keeps lines until a step is done; the one that is under way, where it is not said which.
  mutating func hold(_ lines: [String], for number: Int?) {
    guard let index = number.map({ position(of: $0) }) ?? steps.indices.first else { return }
    steps[index].held += lines
  }

  /// Whether a call failed once more as the one before, which is said once.
  mutating func isSaid(_ event: Event) -> Bool {
    guard case .warning(let warning) = event, warning.isRetry == true else { return false }
    defer { lastRetry = warning.message }
    return warning.message == lastRetry
  }

  func position(of number: Int) -> Int? { steps.firstIndex { $0.number == number } }

  private mutating func set(_ activity: Activity, in step: Int) {
    if let index = position(of: step) { steps[index].activity = activity } else { self.activity = activity }
  }

  mutating func note(_ progress: StreamProgress) {
    if progress.stage == .queued {
      // What happens before may be heard of only later.
      if let step = progress.step { queued.insert(step) }
      return
    }
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
    case .runStarted:
      activity = .checking
    case .runResumed:
      activity = .checking
      microdollars = earlierMicrodollars
    case .decision(let decision):
      if let phase = decision.action.phase {
        var step = Step(number: decision.step, action: decision.action)
        // A review begins with the checks, of which nothing is heard before they end.
        if phase == .qa { step.activity = .checking }
        steps.append(step)
      }
      hasTakenSteps = true
      activity = .between
    case .phaseStarted(let phase):
      if position(of: phase.step) == nil {
        steps.append(Step(number: phase.step, action: .phase(phase.phase, phase.task)))
      }
      guard let index = position(of: phase.step) else { return }
      steps[index].model = phase.model
      steps[index].attempt = phase.attempt
      steps[index].activity = phase.phase == .qa ? .checking : .between
      hasTakenSteps = true
    case .checkFinished(let check):
      if check.step == nil { checksBesideSteps.insert(check.check) }
    case .route(let route):
      if let index = position(of: route.step) { steps[index].model = route.model }
    case .modelRequest(let request):
      queued.remove(request.step)
      set(.asking, in: request.step)
      stream = nil
      streamStart = nil
    case .modelResponse(let response):
      microdollars += response.microdollars ?? 0
      set(.between, in: response.step)
    case .toolCall(let call):
      queued.remove(call.step)
      set(.tool(DisplayWidth.oneLine(call.path.map { "\(call.tool) \($0)" } ?? call.tool)), in: call.step)
    case .toolResult(let result):
      set(.between, in: result.step)
    case .phaseFinished(let phase):
      queued.remove(phase.step)
      steps.removeAll { $0.number == phase.step }
      // With no task open, the checks have the last word.
      activity = tasks.values.contains { $0.isOpen } ? .between : .checking
    default:
      break
    }
  }
}
