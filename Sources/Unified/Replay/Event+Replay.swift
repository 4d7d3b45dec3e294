import JSON
import Pipeline

extension Event {
  /// The event without what is another each time: times, places, sizes on disk.
  var withoutChance: Event {
    switch self {
    case .runStarted(var event):
      (event.project, event.sandbox) = ("", "")
      return .runStarted(event)
    case .runResumed(var event):
      event.sandbox = ""
      return .runResumed(event)
    case .warning(var event):
      // Records of earlier versions do not name it here, but with its request.
      event.model = nil
      return .warning(event)
    case .phaseFinished(var event):
      event.seconds = 0
      return .phaseFinished(event)
    case .modelResponse(var event):
      event.seconds = 0
      return .modelResponse(event)
    case .checkFinished(var event):
      event.seconds = 0
      return .checkFinished(event)
    case .checkpointCreated(var event):
      (event.stored, event.skipped) = (0, nil)
      return .checkpointCreated(event)
    case .checkpointRestored(var event):
      event.rescued = []
      return .checkpointRestored(event)
    case .budget(var event) where event.kind == BudgetExhausted.Kind.time.rawValue:
      event.spent = 0
      return .budget(event)
    case .result(var event):
      event.seconds = 0
      event.loadSeconds = nil
      event.cost?.localSeconds = 0
      // Which signal it was says nothing of the run.
      if event.outcome == .interrupted { event.exitCode = 0 }
      return .result(event)
    default:
      return self
    }
  }

  /// Whether this event of a record tells what another does, but for chance and for secrets.
  func isSame(as event: Event) -> Bool {
    let (recorded, now) = (withoutChance, event.withoutChance)
    if recorded == now { return true }
    guard recorded.kind == now.kind, let recorded = try? JSONValue(encoding: recorded),
      let now = try? JSONValue(encoding: now)
    else { return false }
    return HiddenText.isSame(recorded, now)
  }

  /// The event as lines of `member: value`.
  var lines: String {
    guard let object = try? JSONValue(encoding: self).object else { return kind.rawValue }
    return object.map { "\($0.key): \($0.value.text())" }.joined(separator: "\n")
  }

  /// Whether the event is one of those with which a run ends.
  var isEnding: Bool {
    switch self {
    case .budget(let event): event.percent == nil
    case .error, .result: true
    default: false
    }
  }
}
