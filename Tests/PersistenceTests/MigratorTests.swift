import Persistence
import TestSupport
import Testing

@Suite struct MigratorTests {
  private let first = Migration(version: 1, name: "0001_initial.sql", sql: "CREATE TABLE a (id INTEGER);")
  private let second = Migration(version: 2, name: "0002_more.sql", sql: "CREATE TABLE b (id INTEGER);")

  private func tables(_ connection: Connection) throws -> [String] {
    try connection.rows("SELECT name FROM sqlite_schema ORDER BY name") { try $0.text(0) }
  }

  @Test func migratesANewDatabaseToTheNewestVersion() throws {
    let connection = try Connection(path: ":memory:")
    #expect(try Migrator([first, second]).migrate(connection) == [first, second])
    #expect(try connection.userVersion() == 2)
    #expect(try tables(connection) == ["a", "b"])
  }

  @Test func carriesOutOnlyWhatIsMissing() throws {
    let connection = try Connection(path: ":memory:")
    try Migrator([first]).migrate(connection)
    #expect(try Migrator([first, second]).migrate(connection) == [second])
    #expect(try Migrator([first, second]).migrate(connection) == [])
  }

  @Test func aFailedMigrationChangesNothing() throws {
    let connection = try Connection(path: ":memory:")
    let broken = Migration(version: 2, name: "0002_broken.sql", sql: "CREATE TABLE b (id); CREATE TABLE a (id);")
    let error = try #require(throws: DatabaseError.self) { try Migrator([first, broken]).migrate(connection) }
    #expect(error.message == "table a already exists")
    #expect(try connection.userVersion() == 1)
    #expect(try tables(connection) == ["a"])
  }

  @Test func refusesANewerDatabase() throws {
    let connection = try Connection(path: ":memory:")
    try Migrator([first, second]).migrate(connection)
    let error = try #require(throws: UnusableDatabase.self) { try Migrator([first]).migrate(connection) }
    #expect(error == .newer(path: ":memory:", version: 2, newest: 1))
    #expect(
      error.description == """
        The database ':memory:' was written by a newer version of this program (its schema is 2, the newest known \
        here is 1). Install the newer version, or move the file away to start anew.
        """
    )
  }

  @Test func keepsReferencesWhileATableIsRebuilt() throws {
    let connection = try Connection(path: ":memory:")
    let parent = Migration(
      version: 1,
      name: "0001_initial.sql",
      sql: """
        CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent REFERENCES parent);
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1);
        """
    )
    let rebuild = Migration(
      version: 2,
      name: "0002_rebuild.sql",
      sql: """
        CREATE TABLE parent_new (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO parent_new SELECT id, '' FROM parent;
        DROP TABLE parent; ALTER TABLE parent_new RENAME TO parent;
        """
    )
    try Migrator([parent, rebuild]).migrate(connection)
    #expect(try connection.value("SELECT count(*) FROM child JOIN parent ON child.parent = parent.id") == 1)
  }

  @Test func refusesAMigrationThatLeavesReferencesToNothing() throws {
    let connection = try Connection(path: ":memory:")
    let sql = "CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (parent REFERENCES parent);"
    let broken = Migration(version: 1, name: "0001_broken.sql", sql: sql + "INSERT INTO child VALUES (7);")
    #expect(throws: DatabaseError.self) { try Migrator([broken]).migrate(connection) }
    #expect(try tables(connection) == [])
    #expect(try connection.value("PRAGMA foreign_keys") == 1)
  }

  @Test func letsTwoProcessesMigrateAtOnce() async throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/state.db"
    let migrations = (1...20).map { Migration(version: $0, name: "\($0)", sql: "CREATE TABLE t\($0) (id);") }
    let applied = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<2 {
        group.addTask { try Migrator(migrations).migrate(Connection(path: path)).count }
      }
      return try await group.reduce(0, +)
    }
    #expect(applied == 20)
    #expect(try tables(Connection(path: path)).count == 20)
  }

  @Test func embedsNumberedMigrations() throws {
    let embedded = Migration.embedded
    #expect(embedded.map { $0.version } == Array(1..<(embedded.count + 1)))
    try Migrator(embedded).migrate(Connection(path: ":memory:"))
  }
}
