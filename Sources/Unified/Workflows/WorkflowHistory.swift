package import Pipeline

/// What the journal knows of one workflow: how each task ended last, what it came to, and what was spent.
package struct WorkflowHistory: Sendable {
  package let name: String
  /// The tasks that have begun or were skipped, in that order.
  package private(set) var tasks: [String] = []
  /// The last thing that happened to each.
  package private(set) var last: [String: WorkflowEvent] = [:]
  /// How each has succeeded.
  package private(set) var successes: [String: WorkflowEvent] = [:]
  package private(set) var spent = Spending()
  /// How many tasks it had when it was started last.
  package private(set) var taskCount = 0
  /// How it ended; nil where it was cut off, or goes on.
  package private(set) var finished: WorkflowEvent?
  package private(set) var lastTime = Timestamp(milliseconds: 0)

  init(_ name: String) {
    self.name = name
  }

  /// The histories of all workflows that the journal knows, the one that was at work last at the end.
  package static func all(in reader: JournalReader?) throws(JournalError) -> [WorkflowHistory] {
    var histories: [String: WorkflowHistory] = [:]
    try reader?.forEachEvent(EventSelection(kinds: [.workflow])) { stored in
      guard case .workflow(let event) = stored.event else { return }
      histories[event.workflow, default: WorkflowHistory(event.workflow)].take(event, stored.time)
    }
    return histories.values.sorted { ($0.lastTime, $0.name) < ($1.lastTime, $1.name) }
  }

  private mutating func take(_ event: WorkflowEvent, _ time: Timestamp) {
    if event.moment == .started, event.isFresh == true { self = WorkflowHistory(name) }
    lastTime = time
    guard let task = event.task else {
      switch event.moment {
      case .started: (finished, taskCount) = (nil, event.tasks ?? 0)
      case .finished:
        finished = event
        spent.seconds += event.seconds ?? 0
      default: break
      }
      return
    }
    spent += event.spending
    if last.updateValue(event, forKey: task) == nil { tasks.append(task) }
    if event.moment == .succeeded { successes[task] = event }
  }
}
