/// The way from any older schema to the newest, one transaction a step.
package struct Migrator: Sendable {
  package let migrations: [Migration]

  package init(_ migrations: [Migration] = Migration.embedded) {
    let isNumbered = zip(1..., migrations).allSatisfy { $0 == $1.version }
    precondition(isNumbered, "migrations are numbered from 1 without gaps")
    self.migrations = migrations
  }

  package var newestVersion: Int { migrations.count }

  /// Refuses a database whose schema is newer than this program.
  package func check(_ connection: Connection) throws {
    let version = try connection.userVersion()
    guard version <= newestVersion else {
      throw UnusableDatabase.newer(path: connection.path, version: version, newest: newestVersion)
    }
  }

  /// Carries out the migrations that `connection`'s database lacks and returns them.
  @discardableResult
  package func migrate(_ connection: Connection) throws -> [Migration] {
    try check(connection)
    // A table can only be rebuilt while references to it are not enforced, and this changes outside of transactions.
    try connection.executeScript("PRAGMA foreign_keys = OFF")
    let applied = Result { try apply(migrations.dropFirst(connection.userVersion()), to: connection) }
    try connection.executeScript("PRAGMA foreign_keys = ON")
    return try applied.get()
  }

  private func apply(_ migrations: ArraySlice<Migration>, to connection: Connection) throws -> [Migration] {
    try migrations.filter { migration in
      try connection.transaction {
        // Another process may have migrated since the version was read.
        guard try connection.userVersion() == migration.version - 1 else { return false }
        try connection.executeScript(migration.sql)
        precondition(connection.isInTransaction, "a migration leaves transactions to the migrator")
        if let table = try connection.value("PRAGMA foreign_key_check") {
          let message = "'\(migration.name)' leaves references of \(table) that lead nowhere"
          throw DatabaseError(code: .constraint, message: message, path: connection.path)
        }
        try connection.executeScript("PRAGMA user_version = \(migration.version)")
        return true
      }
    }
  }
}
