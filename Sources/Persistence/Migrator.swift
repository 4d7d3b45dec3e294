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
    var applied: [Migration] = []
    for migration in migrations.dropFirst(try connection.userVersion()) {
      let isNew = try connection.transaction {
        // Another process may have migrated since the version was read.
        guard try connection.userVersion() == migration.version - 1 else { return false }
        try connection.executeScript("PRAGMA defer_foreign_keys = ON")
        try connection.executeScript(migration.sql)
        precondition(connection.isInTransaction, "a migration leaves transactions to the migrator")
        try connection.executeScript("PRAGMA user_version = \(migration.version)")
        return true
      }
      if isNew { applied.append(migration) }
    }
    return applied
  }
}
