import CSQLite

extension Connection {
  /// Opens an empty database of this process alone, which leaves no file behind; what is large goes to the disk.
  package static func temporary() throws -> Connection { try Connection(path: "") }

  /// Puts the whole database, as its last commit left it, in the place of what `destination` holds.
  ///
  /// Others may write to this database meanwhile.
  package func copy(to destination: Connection) throws(DatabaseError) {
    guard let backup = unsafe sqlite3_backup_init(destination.database, "main", database, "main") else {
      throw unsafe DatabaseError(database: destination.database, sql: nil, path: destination.path)
    }
    let status = unsafe sqlite3_backup_step(backup, -1)
    // sqlite3_backup_finish() passes over a lock that was not had.
    guard unsafe sqlite3_backup_finish(backup) == SQLITE_OK, status == SQLITE_DONE else {
      let message = unsafe sqlite3_errstr(status).map { unsafe String(cString: $0) } ?? "no message"
      throw DatabaseError(code: DatabaseError.Code(rawValue: status), message: message, path: path)
    }
  }
}
