import Persistence
import TestSupport
import Testing

@Suite struct UnusableDatabaseTests {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path + "/state.db"
  }

  /// Changes the bytes of the database's file.
  private func edit(_ change: (inout [UInt8]) -> Void) throws {
    var bytes = try #require(folder.bytes(of: "state.db"))
    change(&bytes)
    try folder.write(bytes, to: "state.db")
  }

  private func refusal(access: Connection.Access = .readWrite) throws -> UnusableDatabase {
    let before = folder.bytes(of: "state.db")
    let error = try #require(throws: UnusableDatabase.self) { try Connection(path: path, access: access) }
    #expect(folder.bytes(of: "state.db") == before)
    #expect(error.description.contains("'\(path)'"))
    return error
  }

  @Test(arguments: [Connection.Access.readWrite, .readOnly])
  func refusesAFileThatIsNoDatabase(access: Connection.Access) throws {
    try folder.write([UInt8]((0..<4096).map { UInt8($0 % 251) }), to: "state.db")
    #expect(try refusal(access: access) == .damaged(path: path, detail: "file is not a database"))
  }

  @Test(arguments: [Connection.Access.readWrite, .readOnly])
  func refusesAnEmptyFile(access: Connection.Access) throws {
    try folder.write([], to: "state.db")
    #expect(try refusal(access: access) == .damaged(path: path, detail: "the file is empty"))
  }

  @Test func refusesADatabaseOfAnotherProgram() throws {
    do {
      let connection = try Connection(path: path)
      try connection.executeScript("PRAGMA application_id = 7")
    }
    #expect(try refusal() == .foreign(path: path))
  }

  @Test func refusesADatabaseWithoutAMark() throws {
    do {
      let connection = try Connection(path: path)
      try connection.executeScript("PRAGMA application_id = 0; CREATE TABLE recipe (name)")
    }
    #expect(try refusal() == .foreign(path: path))
  }

  @Test func refusesADamagedSchemaPage() throws {
    do { try Connection(path: path).executeScript("CREATE TABLE item (id)") }
    try edit { bytes in
      for index in 100..<4096 { bytes[index] = 0xFF }
    }
    guard case .damaged = try refusal() else {
      Issue.record("the schema page was accepted")
      return
    }
  }

  @Test func findsADamagedPageWhenAskedTo() throws {
    do {
      let connection = try Connection(path: path)
      try connection.executeScript("CREATE TABLE item (value TEXT)")
      for _ in 0..<50 { try connection.execute("INSERT INTO item VALUES (hex(zeroblob(1000)))") }
      try connection.checkIntegrity()
    }
    try edit { bytes in
      for index in 8192..<12288 { bytes[index] = 0xFF }
    }
    let connection = try Connection(path: path)
    let error = try #require(throws: UnusableDatabase.self) { try connection.checkIntegrity() }
    #expect(error.description.contains("is damaged"))
    #expect(error.description.contains("move it away"))
  }

  @Test func leavesNoDraftBehind() throws {
    _ = try Connection(path: path)
    #expect(folder.names() == ["state.db"])
  }

  @Test func namesAFolderThatIsNotThere() throws {
    let error = try #require(throws: DatabaseError.self) { try Connection(path: folder.path + "/absent/state.db") }
    #expect(error.code.primary == .cannotOpen && error.isEnvironmental)
  }

  @Test func readsWhatAKilledProcessLeft() throws {
    let writer = try Connection(path: path)
    try writer.executeScript("CREATE TABLE item (id); INSERT INTO item VALUES (1)")
    // A copy of the files as they are while the writer still has them open is what a killed process leaves.
    for suffix in ["", "-wal"] {
      try folder.write(#require(folder.bytes(of: "state.db" + suffix)), to: "left.db" + suffix)
    }
    let reader = try Connection(path: folder.path + "/left.db", access: .readOnly)
    #expect(try reader.value("SELECT count(*) FROM item") == 1)
  }
}
