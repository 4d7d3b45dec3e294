import JSON
import Persistence
import SourceControl

/// Reads a project's state from its database.
struct StateReader {
  private let connection: Connection

  init(_ connection: Connection) {
    self.connection = connection
  }

  /// The whole state, as the last commit left it.
  func state() throws -> PipelineState {
    try connection.snapshot { () throws -> PipelineState in
      var state = PipelineState()
      state.tasks = try tasks()
      state.openSteps = try records("SELECT record FROM open_step ORDER BY number")
      let runs: [RunRecord] = try records("SELECT record FROM run ORDER BY id DESC LIMIT 1")
      state.run = runs.first
      state.counters = try counters()
      state.questions = try questions()
      // Earlier versions kept what checks had made and tasks then worked on.
      state.byProducts = try byProducts().subtracting(state.tasks.flatMap(\.reviewedPaths))
      state.money = try money()
      state.outcomes = try outcomes()
      try readChecks(into: &state)
      try readCounters(into: &state)
      try readSettings(into: &state)
      return state
    }
  }

  func tasks() throws -> [TaskRecord] { try records("SELECT record FROM task ORDER BY id") }

  /// Every rollback that was ever begun, in order.
  func rollbacks() throws -> [RollbackRecord] { try records("SELECT record FROM rollback ORDER BY id") }

  func knownFiles() throws -> [ProjectPath: ObjectID] {
    let rows = try connection.rows("SELECT path, content FROM file WHERE content IS NOT NULL") { row in
      (try ProjectPath(bytes: row.blob(0)), ObjectID(try row.text(1)))
    }
    return Dictionary(rows.compactMap { row in row.1.map { (row.0, $0) } }) { $1 }
  }

  func lastSequence() throws -> Int {
    try connection.firstRow("SELECT coalesce(max(sequence), 0) FROM event") { try $0.integer(0) } ?? 0
  }

  private func records<T: Decodable>(_ sql: String) throws -> [T] {
    try connection.rows(sql) { row in try JSONValue(parsing: row.text(0)).decoded(as: T.self) }
  }

  private func counters() throws -> [TaskID: TaskCounters] {
    let rows = try connection.rows("SELECT task, record FROM task_counter") { row in
      (TaskID(number: try row.integer(0)), try JSONValue(parsing: row.text(1)).decoded(as: TaskCounters.self))
    }
    return Dictionary(rows) { $1 }
  }

  private func questions() throws -> [Question] {
    try connection.rows(
      "SELECT id, task, text, answer, is_applied FROM question WHERE is_closed = 0 ORDER BY id"
    ) { row in
      let isApplied = try row.bool(4)
      return Question(
        id: QuestionID(number: try row.integer(0)),
        task: try row.optionalInteger(1).map { TaskID(number: $0) },
        text: try row.text(2),
        // An answer counts from when the run has taken it in.
        answer: isApplied ? try row.optionalText(3) : nil,
        isApplied: isApplied
      )
    }
  }

  private func money() throws -> MoneyBook {
    var money = MoneyBook()
    try connection.forEachRow("SELECT day, model, calls, microdollars, unpriced FROM spending") { row in
      money.days[try row.text(0), default: [:]][try row.text(1)] = MoneyBook.Entry(
        calls: try row.integer(2),
        microdollars: try row.integer(3),
        unpriced: try row.integer(4)
      )
    }
    return money
  }

  private func outcomes() throws -> [String: TierOutcomes] {
    var outcomes: [String: TierOutcomes] = [:]
    try connection.forEachRow("SELECT kind, tier, successes, failures FROM routing_outcome") { row in
      guard let tier = ModelTier(rawValue: try row.text(1)) else { return }
      let counts = OutcomeCounts(successes: try row.integer(2), failures: try row.integer(3))
      outcomes[try row.text(0), default: TierOutcomes()][tier] = counts
    }
    return outcomes
  }

  private func byProducts() throws -> Set<ProjectPath> {
    Set(try connection.rows("SELECT path FROM file WHERE is_by_product = 1") { try ProjectPath(bytes: $0.blob(0)) })
  }

  private func readChecks(into state: inout PipelineState) throws {
    try connection.forEachRow("SELECT name, approved, latest FROM check_status") { row in
      let name = try row.text(0)
      state.approvedChecks[name] = try row.optionalText(1).flatMap { CheckResult.Status(rawValue: $0) }
      state.latestChecks[name] = try row.optionalText(2).flatMap { CheckResult.Status(rawValue: $0) }
    }
  }

  private func readCounters(into state: inout PipelineState) throws {
    try connection.forEachRow("SELECT name, value FROM counter") { row in
      let value = try row.integer(1)
      switch try row.text(0) {
      case "planning_tries": state.planningTries = value
      case "steps": state.stepsTaken = value
      case "tasks": state.tasksMade = value
      case "last_failed_work": state.lastFailedWork = value > 0 ? TaskID(number: value) : nil
      case "documented_at": state.documentedAt = value
      default: break
      }
    }
    state.runsMade = try connection.firstRow("SELECT coalesce(max(id), 0) FROM run") { try $0.integer(0) } ?? 0
    state.rollbacksMade =
      try connection.firstRow("SELECT coalesce(max(id), 0) FROM rollback") { try $0.integer(0) } ?? 0
    state.questionsMade =
      try connection.firstRow("SELECT coalesce(max(id), 0) FROM question") { try $0.integer(0) } ?? 0
  }

  private func readSettings(into state: inout PipelineState) throws {
    try connection.forEachRow("SELECT name, value FROM setting") { row in
      let value = try row.text(1)
      switch try row.text(0) {
      case "plan": state.plan = ObjectID(value).map { PlanRecord(version: $0) }
      case "tokens": state.tokenEstimator = TokenEstimator(json: try JSONValue(parsing: value))
      default: break
      }
    }
  }
}
