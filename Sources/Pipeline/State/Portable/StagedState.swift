package import JSON
import Persistence
package import SourceControl

/// A whole state that is read in and looked through before it takes the place of a project's own.
package final class StagedState {
  private let connection: Connection
  private let tables: [String: StateTable]
  private var rows: [String: Int] = [:]

  /// Makes one without rows, of a schema of this program or an earlier one.
  package init(schema: Int) throws {
    let all = Migrator().migrations
    precondition((1...all.count).contains(schema), "the schema is one that this program knows")
    connection = try Connection.temporary()
    try Migrator(Array(all.prefix(schema))).migrate(connection)
    tables = Dictionary(try StateTable.all(of: connection).map { ($0.name, $0) }) { $1 }
  }

  /// The tables that a state of this schema has.
  package var tableNames: Set<String> { Set(tables.keys) }

  /// Adds a row to one of the tables.
  ///
  /// Throws `StoredValueError` where it is no row of that table.
  package func insert(_ row: JSONValue, into table: String) throws {
    guard let table = tables[table] else { throw StoredValueError("There is no table '\(table)'.") }
    try table.insert(row, into: connection)
    rows[table.name, default: 0] += 1
  }

  /// Gathers what `body` inserts into one transaction.
  package func inserting(_ body: () throws -> Void) throws {
    try connection.transaction(body)
  }

  /// Brings the state to this program's schema and looks through all of it.
  ///
  /// Throws `StoredValueError` for the first thing that no project's state can hold.
  package func complete() throws {
    try Migrator().migrate(connection)
    try StateAudit(connection).run()
  }

  /// How much there is of what the user knows.
  package var counts: StateCounts { StateCounts(rows: rows) }

  /// The checkpoints that tasks and rollbacks refer to.
  package func checkpoints() throws -> Set<SnapshotID> {
    let sql = """
      SELECT value FROM task, json_each(task.record, '$.checkpoints')
      UNION SELECT json_extract(record, '$.target') FROM rollback
      UNION SELECT json_extract(record, '$.safety') FROM rollback
      """
    return Set(try connection.rows(sql) { SnapshotID(try $0.text(0)) }.compactMap { $0 })
  }

  /// Forgets references to checkpoints that are not among `kept`, so that no other is ever taken for one of them.
  package func dropCheckpoints(except kept: Set<SnapshotID>) throws {
    try connection.transaction {
      let reader = StateReader(connection)
      for var task in try reader.tasks() where !task.checkpoints.allSatisfy(kept.contains) {
        task.checkpoints.removeAll { !kept.contains($0) }
        try connection.execute(
          "UPDATE task SET record = ? WHERE id = ?",
          [.text(try JSONValue(encoding: task).text()), .integer(task.id.number)]
        )
      }
      for rollback in try reader.rollbacks() where !kept.contains(rollback.target) || !kept.contains(rollback.safety) {
        try connection.execute("DELETE FROM rollback WHERE id = ?", [.integer(rollback.number)])
      }
    }
  }

  /// Puts this state in the place of the one in `folder`, in one transaction; the database is made where there is none.
  ///
  /// The caller holds the project's lock. Throws `UnusableDatabase` and `DatabaseError`; nothing has changed then.
  package func replace(stateIn folder: StateFolder) throws {
    // Makes the database, or brings its schema up to date.
    try Migrator().migrate(Connection(path: folder.database))
    try connection.execute("ATTACH ? AS project", [.text(folder.database)])
    defer { try? connection.execute("DETACH project") }
    try connection.executeScript("PRAGMA project.synchronous = FULL")
    try connection.transaction {
      for table in try StateTable.all(of: connection) {
        let columns = table.columnNames.joined(separator: ", ")
        try connection.execute("DELETE FROM project.\(table.name)")
        try connection.execute(
          "INSERT INTO project.\(table.name) (\(columns)) SELECT \(columns) FROM main.\(table.name)"
        )
      }
    }
  }
}

/// How much a state holds.
package struct StateCounts: Hashable, Sendable {
  package let runs: Int
  package let tasks: Int
  package let events: Int

  /// Takes how many rows each table has.
  package init(rows: [String: Int]) {
    func count(_ table: String) -> Int { rows[table] ?? 0 }
    (runs, tasks, events) = (count("run"), count("task"), count("event"))
  }
}
