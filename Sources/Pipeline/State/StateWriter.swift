import JSON
import Persistence
import SourceControl

/// Writes changes of the state as rows, inside the transaction of its caller.
struct StateWriter {
  let connection: Connection

  /// Hides secrets in what models and checks said.
  let mask: SecretMask

  init(_ connection: Connection, mask: SecretMask) {
    self.connection = connection
    self.mask = mask
  }

  func append(_ entry: StoredEvent) throws {
    let payload = try JSONValue(encoding: entry.event)
    try connection.execute(
      "INSERT INTO event (sequence, time, run, step, type, payload) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .integer(entry.sequence), .integer(entry.time.milliseconds), Value(entry.run?.number),
        Value(payload["step"]?.integer), .text(entry.event.kind.rawValue), .text(mask.mask(payload).text()),
      ]
    )
  }

  func countRepeat(of step: Int, in state: PipelineState) throws {
    guard let open = state.openSteps.first(where: { $0.number == step }) else { return }
    try connection.execute(
      """
      INSERT INTO repeat (progress, action, count) VALUES (?, ?, 1)
      ON CONFLICT (progress, action) DO UPDATE SET count = count + 1
      """,
      [.text(open.progress), .text(open.decision.action.description)]
    )
  }

  /// Lets what was done for a task count as never done: the user wants it tried again.
  private func forgetRepeats(of task: TaskID) throws {
    try connection.execute("DELETE FROM repeat WHERE action LIKE '% ' || ?", [.text(task.description)])
  }

  /// Writes one change, given the state after it.
  func write(_ change: StateChange, in state: PipelineState) throws {
    switch change {
    case .runStarted:
      try writeRun(state)
      try writeCounter("planning_tries", state.planningTries)
    case .runContinued, .runEnded, .spent, .reserveSpent, .acceptedCounted:
      try writeRun(state)
    case .charged, .outcomeCounted, .outcomesAged:
      try writeAccount(change, state, in: connection)
    case .planAdopted(let plan):
      try writeSetting("plan", plan.version.description)
      try writeCounter("planning_tries", state.planningTries)
    case .taskAdded(let task, _):
      try writeTask(task.id, state)
      try writeCounters(task.id, state)
      try writeCounter("tasks", state.tasksMade)
    case .taskUpdated(let task):
      try writeTask(task.id, state)
    case .taskMoved(let id, _):
      try writeTask(id, state)
    case .attemptDrawn(let id), .overContextCounted(let id), .askedAbout(let id), .failureCounted(let id, _):
      try writeCounters(id, state)
    case .attemptsGranted(let id, _):
      try writeCounters(id, state)
      try forgetRepeats(of: id)
    case .restored(let id):
      try writeCounters(id, state)
      try writeCounter("last_failed_work", 0)
    case .workEnded(let failed):
      try writeCounter("last_failed_work", failed?.number ?? 0)
    case .planningTried:
      try writeCounter("planning_tries", state.planningTries)
    case .workAbandoned:
      try abandonWork()
    case .questionAsked, .questionAnswered, .questionClosed:
      try writeQuestion(change, state)
    case .stepOpened(let step):
      try writeStep(step.number, state)
      try writeCounter("steps", state.stepsTaken)
    case .intentNoted(let number, _), .mergeNoted(let number, _), .stepRouted(let number, _):
      try writeStep(number, state)
    case .stepClosed(let number):
      try connection.execute("DELETE FROM open_step WHERE number = ?", [.integer(number)])
    case .documentationTried(let step):
      try writeCounter("documented_at", step)
    case .transcriptAppended, .checksRan, .checksApproved, .byProductsFound, .byProductsEnded,
      .filesKnown, .blobKept, .tokensCalibrated:
      try writeFinding(change, in: connection)
    case .rollbackBegun, .rollbackEnded, .rollbackAbandoned, .projectionReplaced:
      try writeRollback(change, state, in: connection)
    }
  }

  func writeRun(_ state: PipelineState) throws {
    guard let run = state.run else { return }
    try connection.execute(
      "INSERT INTO run (id, record) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET record = ?2",
      [.integer(run.id.number), .text(try JSONValue(encoding: run).text())]
    )
  }

  func writeTask(_ id: TaskID, _ state: PipelineState) throws {
    guard let task = state.task(id) else { return }
    try connection.execute(
      "INSERT INTO task (id, status, record) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET status = ?2, record = ?3",
      [.integer(id.number), .text(task.status.rawValue), .text(try JSONValue(encoding: task).text())]
    )
  }

  private func writeCounters(_ id: TaskID, _ state: PipelineState) throws {
    guard let counters = state.counters[id] else { return }
    try connection.execute(
      "INSERT INTO task_counter (task, record) VALUES (?1, ?2) ON CONFLICT (task) DO UPDATE SET record = ?2",
      [.integer(id.number), .text(try JSONValue(encoding: counters).text())]
    )
  }

  func writeStep(_ number: Int, _ state: PipelineState) throws {
    guard let step = state.openSteps.first(where: { $0.number == number }) else { return }
    try connection.execute(
      "INSERT INTO open_step (number, record) VALUES (?1, ?2) ON CONFLICT (number) DO UPDATE SET record = ?2",
      [.integer(number), .text(try JSONValue(encoding: step).text())]
    )
  }

  private func writeQuestion(_ change: StateChange, _ state: PipelineState) throws {
    switch change {
    case .questionAsked(let question):
      try connection.execute(
        "INSERT INTO question (id, task, text) VALUES (?, ?, ?)",
        [.integer(question.id.number), Value(question.task?.number), .text(question.text)]
      )
      if let task = question.task { try writeCounters(task, state) }
    case .questionAnswered(let id, let text):
      try connection.execute(
        "UPDATE question SET answer = ?, is_applied = 1 WHERE id = ?",
        [.text(text), .integer(id.number)]
      )
    case .questionClosed(let id):
      try connection.execute("UPDATE question SET is_closed = 1 WHERE id = ?", [.integer(id.number)])
    default:
      break
    }
  }

  private func abandonWork() throws {
    for table in ["task", "open_step"] { try connection.execute("DELETE FROM \(table)") }
    try connection.execute("UPDATE question SET is_closed = 1")
    try connection.execute("DELETE FROM setting WHERE name = 'plan'")
    try connection.execute("DELETE FROM counter WHERE name = 'documented_at'")
  }

  func writeCounter(_ name: String, _ value: Int) throws {
    try connection.execute(
      "INSERT INTO counter (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
      [.text(name), .integer(value)]
    )
  }

  func writeSetting(_ name: String, _ value: String) throws {
    try connection.execute(
      "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
      [.text(name), .text(value)]
    )
  }
}
