import Persistence
import TestSupport
import Testing

@Suite struct ConnectionTests {
  @Test(arguments: [
    Value.null, .integer(.min), .integer(.max), .integer(0), .real(0.1), .text(""), .text("a\0b, é 👩‍👩‍👧"), .blob([]),
    .blob([0, 255, 0]),
  ])
  func bringsBackWhatItStores(value: Value) throws {
    let connection = try Connection(path: ":memory:")
    try connection.executeScript("CREATE TABLE item (value)")
    try connection.execute("INSERT INTO item VALUES (?)", [value])
    #expect(try connection.value("SELECT value FROM item") == value)
  }

  @Test func keepsAThousandBoundTextsApart() throws {
    let connection = try Connection(path: ":memory:")
    try connection.executeScript("CREATE TABLE item (value TEXT NOT NULL) STRICT")
    let texts = (0..<1000).map { "text number \($0), long enough to need memory of its own" }
    for text in texts { try connection.execute("INSERT INTO item VALUES (?)", [.text(text)]) }
    #expect(try connection.rows("SELECT value FROM item ORDER BY rowid") { try $0.text(0) } == texts)
  }

  private struct Columns: Hashable {
    var integer: Int
    var real: Double
    var text: String
    var blob: [UInt8]
    var flag: Bool
    var missing: String?
  }

  @Test func readsTypedColumns() throws {
    let connection = try Connection(path: ":memory:")
    let columns = try connection.firstRow("SELECT 7, 0.5, 'x', x'01', 1, NULL") { row in
      Columns(
        integer: try row.integer(0),
        real: try row.real(1),
        text: try row.text(2),
        blob: try row.blob(3),
        flag: try row.bool(4),
        missing: try row.optionalText(5)
      )
    }
    #expect(columns == Columns(integer: 7, real: 0.5, text: "x", blob: [1], flag: true, missing: nil))
  }

  @Test func namesAColumnOfAnotherType() throws {
    let connection = try Connection(path: ":memory:")
    let error = try #require(throws: DatabaseError.self) {
      try connection.firstRow("SELECT NULL AS priority") { try $0.integer(0) }
    }
    #expect(error.code == .mismatch)
    #expect(error.message == "column 'priority' does not hold an integer")
  }

  @Test func asksTheSameQueryInsideItself() throws {
    let connection = try Connection(path: ":memory:")
    let query = "SELECT value FROM (SELECT 1 AS value UNION SELECT 2) ORDER BY value"
    var pairs: [[Int]] = []
    try connection.forEachRow(query) { outer in
      let first = try outer.integer(0)
      try connection.forEachRow(query) { inner in pairs.append([first, try inner.integer(0)]) }
    }
    #expect(pairs == [[1, 1], [1, 2], [2, 1], [2, 2]])
  }

  @Test(arguments: ["SELECT 1; SELECT 2", "", "SELECT ?", "-- nothing"])
  func refusesWhatIsNotOneStatementWithItsValues(sql: String) throws {
    let connection = try Connection(path: ":memory:")
    #expect(throws: DatabaseError.self) { try connection.execute(sql, []) }
  }

  @Test func namesTheStatementThatFailed() throws {
    let connection = try Connection(path: ":memory:")
    let error = try #require(throws: DatabaseError.self) { try connection.execute("SELECT * FROM nowhere") }
    #expect(error.sql == "SELECT * FROM nowhere")
    #expect(error.message == "no such table: nowhere")
    #expect(error.path == ":memory:")
  }

  @Test func enforcesForeignKeys() throws {
    let connection = try Connection(path: ":memory:")
    try connection.executeScript("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a)")
    let error = try #require(throws: DatabaseError.self) { try connection.execute("INSERT INTO b VALUES (1)") }
    #expect(error.code.primary == .constraint)
    #expect(!error.isEnvironmental)
  }

  @Test func tellsWhatTheLastStatementDid() throws {
    let connection = try Connection(path: ":memory:")
    try connection.executeScript("CREATE TABLE item (id INTEGER PRIMARY KEY)")
    try connection.execute("INSERT INTO item VALUES (41), (42)")
    #expect(connection.lastInsertedRowID == 42)
    try connection.execute("DELETE FROM item")
    #expect(connection.changedRowCount == 2)
  }

  @Test func writesAheadOfTheFile() throws {
    let folder = try TemporaryDirectory()
    let connection = try Connection(path: folder.path + "/state.db")
    #expect(try connection.value("PRAGMA journal_mode") == "wal")
    #expect(try connection.value("PRAGMA synchronous") == 1)
    #expect(try connection.value("PRAGMA application_id") == 0x6175_746F)
    #expect(try connection.value("PRAGMA busy_timeout") == 5000)
  }

  @Test func readsWhileAnotherConnectionWrites() throws {
    let folder = try TemporaryDirectory()
    let writer = try Connection(path: folder.path + "/state.db")
    try writer.executeScript("CREATE TABLE item (id); INSERT INTO item VALUES (1)")
    let reader = try Connection(path: folder.path + "/state.db", access: .readOnly)
    try writer.transaction {
      try writer.execute("INSERT INTO item VALUES (2)")
      let seen = try reader.value("SELECT count(*) FROM item")
      #expect(seen == 1)
    }
    #expect(try reader.value("SELECT count(*) FROM item") == 2)
    let error = try #require(throws: DatabaseError.self) { try reader.execute("DELETE FROM item") }
    #expect(error.code.primary == .readOnly)
  }

  @Test func doesNotMakeAFileToReadFrom() throws {
    let folder = try TemporaryDirectory()
    let error = try #require(throws: DatabaseError.self) {
      try Connection(path: folder.path + "/state.db", access: .readOnly)
    }
    #expect(error.code.primary == .cannotOpen)
    #expect(error.description.contains(folder.path + "/state.db"))
  }
}
