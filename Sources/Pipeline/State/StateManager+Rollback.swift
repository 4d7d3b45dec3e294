import JSON
import Persistence
package import SourceControl

extension StateManager {
  /// The rollback that was begun and not ended.
  package func pendingRollback() throws -> RollbackRecord? {
    try connection.firstRow("SELECT record FROM rollback WHERE is_done = 0") { row in
      try JSONValue(parsing: row.text(0)).decoded(as: RollbackRecord.self)
    }
  }

  /// The rollback that was begun last, ended or not.
  package func lastRollback() throws -> RollbackRecord? {
    try connection.firstRow("SELECT record FROM rollback ORDER BY id DESC LIMIT 1") { row in
      try JSONValue(parsing: row.text(0)).decoded(as: RollbackRecord.self)
    }
  }

  /// The rollback that the user began last, ended or not.
  package func lastRollbackByUser() throws -> RollbackRecord? {
    let sql = "SELECT record FROM rollback WHERE \(RollbackRecord.isByUserInSQL) ORDER BY id DESC LIMIT 1"
    return try connection.firstRow(sql) { row in
      try JSONValue(parsing: row.text(0)).decoded(as: RollbackRecord.self)
    }
  }

  /// The checkpoints that the journal tells of, with the seconds since 1970 when they were taken.
  package func checkpointsMade() throws -> [SnapshotID: Int] {
    var made: [SnapshotID: Int] = [:]
    let query = """
      SELECT json_extract(payload, '$.checkpoint'), time FROM event WHERE type = 'checkpoint.created'
      UNION ALL SELECT json_extract(payload, '$.safety'), time FROM event WHERE type = 'checkpoint.restored'
      """
    try connection.forEachRow(query) { row in
      if let id = SnapshotID(try row.text(0)) { made[id] = try row.integer(1) / 1000 }
    }
    return made
  }
}

extension RollbackRecord {
  /// The condition that a row is a rollback which the user began.
  fileprivate static var isByUserInSQL: String {
    "json_extract(record, '$.reason') IN (\(reasonsOfUser.map { "'\($0)'" }.joined(separator: ", ")))"
  }
}

extension StateChange {
  /// Whether the change must be on disk before anything else happens, also after a loss of power.
  var isDurable: Bool {
    switch self {
    case .rollbackBegun, .rollbackEnded, .rollbackAbandoned: true
    default: false
    }
  }
}

extension StateWriter {
  /// Writes down a rollback, its end, and the state that it brings back.
  func writeRollback(_ change: StateChange, _ state: PipelineState, in connection: Connection) throws {
    switch change {
    case .rollbackBegun(let record):
      try connection.execute(
        "INSERT INTO rollback (id, record) VALUES (?, ?)",
        [.integer(record.number), .text(try JSONValue(encoding: record).text())]
      )
    case .rollbackEnded(let number):
      try connection.execute("UPDATE rollback SET is_done = 1 WHERE id = ?", [.integer(number)])
      try forgetPlans(in: connection)
    case .rollbackAbandoned(let number):
      try connection.execute("DELETE FROM rollback WHERE id = ?", [.integer(number)])
    case .projectionReplaced(let projection):
      try replaceProjection(projection, state, in: connection)
    default:
      break
    }
  }

  /// Drops what rollbacks did file by file, but for the last one and the user's last one, of which it may be asked.
  private func forgetPlans(in connection: Connection) throws {
    try connection.execute(
      """
      UPDATE rollback SET record = json_remove(json_set(record, '$.plan.steps', json('[]')), '$.projection')
      WHERE json_array_length(record, '$.plan.steps') > 0 AND id <> (SELECT max(id) FROM rollback)
        AND id <> (SELECT coalesce(max(id), 0) FROM rollback WHERE \(RollbackRecord.isByUserInSQL))
      """
    )
  }

  private func replaceProjection(_ projection: Projection, _ state: PipelineState, in connection: Connection) throws {
    // What was tried since is to be tried again, so that it does not count as repeated either.
    for table in ["task", "open_step", "check_status", "repeat"] { try connection.execute("DELETE FROM \(table)") }
    try connection.execute("DELETE FROM file WHERE content IS NULL")
    try connection.execute("UPDATE file SET is_by_product = 0")
    try connection.execute("DELETE FROM setting WHERE name = 'plan'")
    try connection.execute("DELETE FROM counter WHERE name = 'documented_at'")
    for task in state.tasks { try writeTask(task.id, state) }
    for step in state.openSteps { try writeStep(step.number, state) }
    if let plan = state.plan { try writeSetting("plan", plan.version.description) }
    if let step = state.documentedAt { try writeCounter("documented_at", step) }
    try write(.checksApproved(projection.approvedChecks), in: state)
    try write(.checksRan(projection.latestChecks), in: state)
    try write(.byProductsFound(projection.byProducts), in: state)
    let open = state.questions.map { "\($0.id.number)" }.joined(separator: ", ")
    try connection.execute("UPDATE question SET is_closed = 1 WHERE id NOT IN (\(open))")
    try writeRun(state)
  }
}
