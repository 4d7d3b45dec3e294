import Persistence
import TestSupport
import Testing

@Suite struct CopyTests {
  private let migration = Migration(version: 1, name: "0001_initial.sql", sql: "CREATE TABLE a (id INTEGER);")

  @Test func copiesWhatWasCommittedAndItsVersion() throws {
    let folder = try TemporaryDirectory()
    let source = try Connection(path: folder.appending("a.db"))
    try Migrator([migration]).migrate(source)
    try source.execute("INSERT INTO a VALUES (7)")
    for destination in [try Connection.temporary(), try Connection(path: folder.appending("b.db"))] {
      try Connection(path: folder.appending("a.db"), access: .readOnly).copy(to: destination)
      #expect(try destination.userVersion() == 1)
      #expect(try destination.rows("SELECT id FROM a") { try $0.integer(0) } == [7])
    }
    // The copy is a database of this program like any other.
    #expect(try Connection(path: folder.appending("b.db")).userVersion() == 1)
    #expect(folder.names() == ["a.db", "a.db-shm", "a.db-wal", "b.db"])
  }

  @Test func aCopyChangesByItself() throws {
    let source = try Connection(path: ":memory:")
    try Migrator([migration]).migrate(source)
    let copy = try Connection.temporary()
    try source.copy(to: copy)
    try copy.execute("INSERT INTO a VALUES (1)")
    #expect(try source.value("SELECT count(*) FROM a") == 0)
    #expect(try copy.value("SELECT count(*) FROM a") == 1)
  }
}
