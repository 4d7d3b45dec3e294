import Persistence
import Pipeline
import TestSupport
import Testing

/// A database that an earlier version of the program wrote, read by commands that change nothing.
@Suite struct OlderDatabaseTests {
  private let folder: TemporaryDirectory
  private let state: StateFolder

  init() throws {
    folder = try TemporaryDirectory()
    state = StateFolder(ofProject: folder.path)
    try state.make()
  }

  /// The database as the first version wrote it.
  private func older() throws -> Connection {
    let connection = try Connection(path: state.database)
    try Migrator(Array(Migration.embedded.prefix(1))).migrate(connection)
    try connection.executeScript(
      """
      INSERT INTO run VALUES (1, '{"id":"r1","mode":"traditional","limits":{"calls":2000},"spent":{"steps":8,"calls":17,\
      "promptTokens":5,"outputTokens":6,"seconds":0.5},"outcome":"complete","message":"Done."}');
      """
    )
    return connection
  }

  private func add(_ number: Int, to connection: Connection) throws {
    try connection.execute(
      "INSERT INTO event VALUES (?, 0, 1, NULL, 'warning', '{\"type\":\"warning\",\"message\":\"m\"}')",
      [.integer(number)]
    )
  }

  @Test func isReadAsItWillBeAndStaysAsItIs() throws {
    let connection = try older()
    try add(1, to: connection)
    let reader = try #require(try JournalReader.open(state))
    #expect(try reader.state().run?.reserveSpent == Spending())
    #expect(try reader.events().count == 1)
    #expect(try connection.userVersion() == 1)
    #expect(try connection.value("SELECT 1 FROM sqlite_schema WHERE name = 'rollback'") == nil)
  }

  @Test func isReadAlsoWhileItsOwnProgramIsAtWork() throws {
    let connection = try older()
    let lock = try ProjectLock(folder: state.path, command: "autonomy run")
    try connection.transaction {
      try add(1, to: connection)
      let reader = try #require(try JournalReader.open(state))
      #expect(try reader.events().isEmpty)
    }
    withExtendedLifetime(lock) {}
  }

  @Test func whatIsWrittenMeanwhileIsSeenByTheNextReader() throws {
    let connection = try older()
    let reader = try #require(try JournalReader.open(state))
    try add(1, to: connection)
    #expect(try reader.current().events().map(\.sequence) == [1])
    try Migrator().migrate(connection)
    try add(2, to: connection)
    let live = try reader.current()
    #expect(try live.events().map(\.sequence) == [1, 2])
    #expect(try live.current() === live)
  }

  @Test func anAnswerReachesItToo() throws {
    let connection = try older()
    try connection.execute("INSERT INTO question (id, text) VALUES (1, 'Which?')")
    let box = try #require(try AnswerBox(state))
    #expect(try box.put("This.", for: QuestionID(number: 1)) == .taken)
    #expect(try JournalReader.open(state)?.questions().map(\.answer) == ["This."])
  }
}
