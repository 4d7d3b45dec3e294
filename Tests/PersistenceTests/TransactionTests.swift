import Persistence
import TestSupport
import Testing

@Suite struct TransactionTests {
  private struct Stop: Error {}

  private let connection: Connection

  init() throws {
    connection = try Connection(path: ":memory:")
    try connection.executeScript("CREATE TABLE item (value TEXT)")
  }

  private func count() throws -> Value? { try connection.value("SELECT count(*) FROM item") }

  @Test func commitsWhatTheBodyDid() throws {
    let result = try connection.transaction {
      try connection.execute("INSERT INTO item VALUES ('x')")
      return "done"
    }
    #expect(result == "done")
    #expect(!connection.isInTransaction)
    #expect(try count() == 1)
  }

  @Test func leavesNothingOfAFailedBody() throws {
    #expect(throws: Stop.self) {
      try connection.transaction {
        try connection.execute("INSERT INTO item VALUES ('x')")
        throw Stop()
      }
    }
    #expect(!connection.isInTransaction)
    #expect(try count() == 0)
  }

  @Test func leavesNothingOfACommitThatFails() throws {
    try connection.executeScript(
      "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a DEFERRABLE INITIALLY DEFERRED)"
    )
    #expect(throws: DatabaseError.self) {
      try connection.transaction { try connection.execute("INSERT INTO b VALUES (1)") }
    }
    #expect(!connection.isInTransaction)
    #expect(try connection.value("SELECT count(*) FROM b") == 0)
  }

  @Test func tellsAFullDiskApartAndKeepsWhatWasCommitted() throws {
    try connection.execute("INSERT INTO item VALUES ('kept')")
    try connection.executeScript("PRAGMA max_page_count = 4")
    let error = try #require(throws: DatabaseError.self) {
      try connection.transaction {
        for _ in 0..<100 { try connection.execute("INSERT INTO item VALUES (hex(zeroblob(1000)))") }
      }
    }
    #expect(error.isDiskFull && error.isEnvironmental)
    #expect(error.description.hasPrefix("No space is left on the disk"))
    #expect(!connection.isInTransaction)
    #expect(try count() == 1)
  }

  @Test func givesOneStateToAllQueriesOfASnapshot() throws {
    let folder = try TemporaryDirectory()
    let writer = try Connection(path: folder.path + "/state.db")
    try writer.executeScript("CREATE TABLE item (id)")
    let reader = try Connection(path: folder.path + "/state.db", access: .readOnly)
    try reader.snapshot {
      let before = try reader.value("SELECT count(*) FROM item")
      try writer.execute("INSERT INTO item VALUES (1)")
      let after = try reader.value("SELECT count(*) FROM item")
      #expect(before == 0 && after == 0)
    }
    #expect(try reader.value("SELECT count(*) FROM item") == 1)
  }

  @Test func raisesTheSynchronousLevelForOneBodyOnly() throws {
    try connection.withSynchronousFull {
      let level = try connection.value("PRAGMA synchronous")
      #expect(level == 2)
    }
    #expect(try connection.value("PRAGMA synchronous") == 1)
    #expect(throws: Stop.self) { try connection.withSynchronousFull { throw Stop() } }
    #expect(try connection.value("PRAGMA synchronous") == 1)
  }
}
