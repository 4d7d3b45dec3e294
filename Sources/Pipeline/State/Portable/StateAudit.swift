import JSON
import Persistence
import SourceControl

/// A look through a whole state for anything that no project's state can hold.
///
/// It reads with the readers that a run uses, and asks besides for what they take for granted.
struct StateAudit {
  let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// Throws `StoredValueError` for the first thing that cannot be.
  func run() throws {
    try checkRuns()
    try checkTasks()
    try checkSteps()
    try checkQuestions()
    try checkCounters()
    try checkFiles()
    try checkEvents()
    try checkConversations()
    try checkRollbacks()
    do {
      _ = try StateReader(connection).state()
    } catch {
      throw StoredValueError("The state cannot be read: \(error)")
    }
  }

  func fail(_ message: String) -> StoredValueError { StoredValueError(message) }

  /// Calls `body` with each row of a query, and says of any error in which row it is.
  func forEach(_ what: String, _ sql: String, _ body: (borrowing Row) throws -> Void) throws {
    try connection.forEachRow(sql) { row in
      do {
        try body(row)
      } catch {
        throw fail("\(what) \(Self.name(row.value(0))): \(error)")
      }
    }
  }

  private static func name(_ value: Value) -> String {
    switch value {
    case .integer(let integer): "\(integer)"
    case .text(let text): "'\(text)'"
    case .blob(let bytes): "'\(String(decoding: bytes, as: UTF8.self))'"
    case .real(let real): "\(real)"
    case .null: "null"
    }
  }

  func decoded<T: Decodable>(_ row: borrowing Row, _ column: Int, as type: T.Type) throws -> T {
    try JSONValue(parsing: row.text(column)).decoded(as: type)
  }

  private func numbers(_ sql: String) throws -> Set<Int> {
    Set(try connection.rows(sql) { try $0.integer(0) })
  }

  // MARK: - The projection

  private func checkRuns() throws {
    try forEach("Run", "SELECT id, record FROM run") { row in
      let run = try decoded(row, 1, as: RunRecord.self)
      guard run.id.number == (try row.integer(0)) else { throw fail("Its record is that of '\(run.id)'.") }
      let spent = [run.spent, run.reserveSpent]
      guard spent.allSatisfy({ min($0.steps, $0.calls, $0.promptTokens, $0.outputTokens) >= 0 && $0.seconds >= 0 })
      else { throw fail("It has spent less than nothing.") }
    }
  }

  private func checkTasks() throws {
    let ids = try numbers("SELECT id FROM task")
    let counted = try numbers("SELECT task FROM task_counter")
    let asked = try numbers("SELECT task FROM question WHERE is_closed = 0 AND task IS NOT NULL")
    try forEach("Task", "SELECT id, status, record FROM task") { row in
      let task = try decoded(row, 2, as: TaskRecord.self)
      guard task.id.number == (try row.integer(0)) else { throw fail("Its record is that of '\(task.id)'.") }
      guard task.status.rawValue == (try row.text(1)) else {
        throw fail("Its record says '\(task.status.rawValue)', its status '\(try row.text(1))'.")
      }
      guard counted.contains(task.id.number) else { throw fail("Its attempts are not counted.") }
      if let other = task.dependsOn.first(where: { !ids.contains($0.number) || $0 == task.id }) {
        throw fail("It depends on '\(other)', which is no other task.")
      }
      guard (task.status == .needsUser) == (task.waitingFrom != nil) else {
        throw fail("It must say where it waits from if it waits for the user, and only then.")
      }
      guard task.status != .needsUser || asked.contains(task.id.number) else {
        throw fail("It waits for the user, and no question of it is open.")
      }
    }
    try checkOrder()
    try forEach("The counters of task", "SELECT task, record FROM task_counter") { row in
      let counters = try decoded(row, 1, as: TaskCounters.self)
      let counts = [counters.attemptsDrawn, counters.overContext, counters.questionsAsked, counters.restores]
      guard counts.allSatisfy({ $0 >= 0 }), counters.attemptsAllowed >= 0 else { throw fail("One is negative.") }
    }
  }

  /// Dependencies must lead to an end, or no task of a circle could ever begin.
  private func checkOrder() throws {
    var waiting = Dictionary(try StateReader(connection).tasks().map { ($0.id, Set($0.dependsOn)) }) { $1 }
    while true {
      let free = waiting.filter { $0.value.isEmpty }.map(\.key)
      guard !free.isEmpty else { break }
      for id in free { waiting[id] = nil }
      waiting = waiting.mapValues { $0.subtracting(free) }
    }
    if let first = waiting.keys.min() { throw fail("Task \(first.number): It depends on itself, through others.") }
  }

  private func checkSteps() throws {
    let tasks = try numbers("SELECT id FROM task")
    let taken = try numbers("SELECT value FROM counter WHERE name = 'steps'").first ?? 0
    try forEach("Open step", "SELECT number, record FROM open_step") { row in
      let step = try decoded(row, 1, as: OpenStep.self)
      guard step.number == (try row.integer(0)), step.number > 0, step.number <= taken else {
        throw fail("Its record is that of step \(step.number), of \(taken).")
      }
      switch step.decision.action {
      case .phase, .ask: break
      case .finish: throw fail("'finish' is no step.")
      // Its files are those of another folder, so it could not be carried to its end here.
      case .restore: throw fail("It brings a checkpoint back. 'autonomy resume' ends it; then write the state anew.")
      }
      if let task = step.decision.action.task, !tasks.contains(task.number) {
        throw fail("It is about '\(task)', which is no task.")
      }
    }
    try forEach("Repeats of", "SELECT action, count FROM repeat") { row in
      guard Action(try row.text(0)) != nil else { throw fail("That is no action.") }
      guard try row.integer(1) > 0 else { throw fail("They are fewer than one.") }
    }
  }

  private func checkQuestions() throws {
    try forEach("Question", "SELECT id, answer, is_applied, is_closed FROM question") { row in
      let flags = [try row.integer(2), try row.integer(3)]
      guard try row.integer(0) > 0, flags.allSatisfy({ $0 == 0 || $0 == 1 }) else { throw fail("It is no question.") }
      if flags[0] == 1, row.isNull(1) { throw fail("Its answer was taken up, and there is none.") }
    }
  }

  private func checkCounters() throws {
    try forEach("Counter", "SELECT name, value FROM counter") { row in
      guard try row.integer(1) >= 0 else { throw fail("It is negative.") }
    }
    let made = try numbers("SELECT value FROM counter WHERE name = 'tasks'").first ?? 0
    if let last = try numbers("SELECT coalesce(max(id), 0) FROM task").first, last > made {
      throw fail("Counter 'tasks': It is \(made), and there is a task \(last).")
    }
    try forEach("Setting", "SELECT name, value FROM setting") { row in
      switch try row.text(0) {
      case "plan":
        guard ObjectID(try row.text(1)) != nil else { throw fail("'\(try row.text(1))' is no version of a plan.") }
      case "tokens":
        guard try JSONValue(parsing: row.text(1)).object != nil else { throw fail("It must be an object.") }
      default:
        break
      }
    }
  }

  private func checkFiles() throws {
    try forEach("Check", "SELECT name, approved, latest FROM check_status") { row in
      for status in [try row.optionalText(1), try row.optionalText(2)].compactMap({ $0 })
      where CheckResult.Status(rawValue: status) == nil {
        throw fail("'\(status)' is nothing that can become of a check.")
      }
    }
    try forEach("File", "SELECT path, content, is_by_product FROM file") { row in
      _ = try ProjectPath(bytes: row.blob(0))
      if let content = try row.optionalText(1), ObjectID(content) == nil {
        throw fail("'\(content)' names no content.")
      }
    }
    try forEach("Content", "SELECT id, content FROM blob") { row in
      guard try ObjectID(blob: row.blob(1)).description == row.text(0) else {
        throw fail("It is not what it is called.")
      }
    }
  }
}
