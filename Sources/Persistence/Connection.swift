import CSQLite

/// A connection to one SQLite database, confined to the actor that owns it.
@safe
package final class Connection {
  /// What a connection may do.
  package enum Access: Hashable, Sendable {
    case readWrite
    case readOnly
  }

  package let path: String
  let database: OpaquePointer
  private var statements: [String: Statement] = [:]

  /// Opens the database at `path`, in memory if that is `:memory:`, and in a file without a name if that is empty.
  ///
  /// A missing file is made, unless the access is read-only. A file that is not a database of this program is refused
  /// with `UnusableDatabase` and stays as it is.
  package init(path: String, access: Access = .readWrite) throws {
    let isFile = path != ":memory:" && !path.isEmpty
    if isFile && access == .readWrite { try DatabaseFile(path: path).makeIfMissing() }
    if isFile { try DatabaseFile(path: path).refuseIfEmpty() }
    self.path = path.isEmpty ? "(temporary)" : path
    unsafe database = try openDatabase(path: path, access: access)
    do {
      try executeScript("PRAGMA foreign_keys = ON")
      if isFile { try checkOwner() }
      if access == .readWrite { try executeScript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL") }
    } catch let error as DatabaseError where [.notADatabase, .corrupt].contains(error.code.primary) {
      throw UnusableDatabase.damaged(path: path, detail: error.message)
    }
  }

  deinit {
    unsafe sqlite3_close_v2(database)
  }

  package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(database) == 0 }

  /// The row id that the last INSERT gave.
  package var lastInsertedRowID: Int { Int(unsafe sqlite3_last_insert_rowid(database)) }

  /// The number of rows that the last INSERT, UPDATE or DELETE changed.
  package var changedRowCount: Int { Int(unsafe sqlite3_changes64(database)) }

  /// Carries out every statement in `script`.
  package func executeScript(_ script: String) throws(DatabaseError) {
    guard unsafe sqlite3_exec(database, script, nil, nil, nil) == SQLITE_OK else {
      throw unsafe DatabaseError(database: database, sql: script, path: path)
    }
  }

  /// Calls `body` with each row of a query; the compiled statement is kept for the next time.
  package func forEachRow(_ sql: String, _ values: [Value] = [], _ body: (borrowing Row) throws -> Void) throws {
    // Taken out of the cache while in use, so that `body` may ask the same again.
    let statement =
      if let cached = statements.removeValue(forKey: sql) {
        cached
      } else {
        try unsafe Statement(sql, database: database, path: path)
      }
    defer {
      statement.reset()
      if statements.count >= Self.cacheLimit { statements.removeAll() }
      statements[sql] = statement
    }
    try statement.bind(values)
    while try statement.step() { try body(Row(statement)) }
  }

  private static let cacheLimit = 128
}

extension Connection {
  /// Carries out one statement, ignoring rows that it gives.
  package func execute(_ sql: String, _ values: [Value] = []) throws {
    try forEachRow(sql, values) { _ in }
  }

  /// Reads all rows of a query.
  package func rows<T>(_ sql: String, _ values: [Value] = [], _ read: (borrowing Row) throws -> T) throws -> [T] {
    var results: [T] = []
    try forEachRow(sql, values) { row in results.append(try read(row)) }
    return results
  }

  /// Reads the first row of a query, if there is one.
  package func firstRow<T>(_ sql: String, _ values: [Value] = [], _ read: (borrowing Row) throws -> T) throws -> T? {
    var result: T?
    try forEachRow(sql, values) { row in
      if result == nil { result = try read(row) }
    }
    return result
  }

  /// Reads the first column of the first row, if there is one.
  package func value(_ sql: String, _ values: [Value] = []) throws -> Value? {
    try firstRow(sql, values) { $0.value(0) }
  }

  /// The number of the schema that the database has.
  package func userVersion() throws -> Int {
    try firstRow("PRAGMA user_version") { try $0.integer(0) } ?? 0
  }

  /// Refuses the database with `UnusableDatabase` if its pages do not hold together; reads the whole file.
  package func checkIntegrity() throws {
    do {
      let findings = try rows("PRAGMA quick_check(1)") { try $0.text(0) }
      guard findings == ["ok"] else {
        throw UnusableDatabase.damaged(path: path, detail: findings.first ?? "no answer")
      }
    } catch let error as DatabaseError where [.notADatabase, .corrupt].contains(error.code.primary) {
      throw UnusableDatabase.damaged(path: path, detail: error.message)
    }
  }

  private func checkOwner() throws {
    let owner = try firstRow("PRAGMA application_id") { try $0.integer(0) }
    // Read as well, because only this looks at the schema's page.
    _ = try value("SELECT count(*) FROM sqlite_schema")
    guard owner == DatabaseFile.applicationID else { throw UnusableDatabase.foreign(path: path) }
  }
}

/// Opens a handle; a handle that SQLite hands out with an error is closed.
private func openDatabase(path: String, access: Connection.Access) throws(DatabaseError) -> OpaquePointer {
  let mode = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
  var handle: OpaquePointer?
  // One actor owns the connection, so SQLite's own mutex would be waste.
  let status = unsafe sqlite3_open_v2(path, &handle, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
  guard status == SQLITE_OK, let opened = unsafe handle else {
    let error = unsafe DatabaseError(database: handle, sql: nil, path: path)
    unsafe sqlite3_close_v2(handle)
    throw error
  }
  unsafe sqlite3_busy_timeout(opened, 5000)
  return unsafe opened
}
