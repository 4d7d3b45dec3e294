import JSON
import Persistence
package import SourceControl

/// Reads a project's state and journal while others may be writing them, and changes neither.
package final class JournalReader {
  let connection: Connection
  /// The folder of a database of an older version, of which this reads a copy.
  private let older: StateFolder?

  /// Opens the database of the project in `folder`; nil where there was no run yet.
  ///
  /// A database of an older version is read as it will be once it is brought up to date, and stays as it is. Throws
  /// `JournalError` for one that is damaged, another program's, or of a newer version.
  package static func open(_ folder: StateFolder) throws(JournalError) -> JournalReader? {
    guard try JournalError.translating({ try folder.exists() }) else { return nil }
    return try JournalError.translating {
      let connection = try Connection(path: folder.database, access: .readOnly)
      try Migrator().check(connection)
      let version = try connection.userVersion()
      // A run that is about to begin has made the file but not its tables.
      guard version > 0 else { return nil }
      guard version < Migrator().newestVersion else { return JournalReader(connection, older: nil) }
      // Whoever wrote it may still be at work on it, so only those who change the state bring it up to date.
      let copy = try Connection.temporary()
      try connection.copy(to: copy)
      try Migrator().migrate(copy)
      return JournalReader(copy, older: folder)
    }
  }

  private init(_ connection: Connection, older: StateFolder?) {
    self.connection = connection
    self.older = older
  }

  /// The reader that sees what was written since this one was made: itself, but for a database of an older version.
  package func current() throws(JournalError) -> JournalReader {
    guard let older else { return self }
    return try Self.open(older) ?? self
  }

  /// The state after the last commit.
  package func state() throws(JournalError) -> PipelineState {
    try JournalError.translating { try StateReader(connection).state() }
  }

  /// Every run, in order.
  package func runs() throws(JournalError) -> [RunRecord] {
    try JournalError.translating {
      try connection.rows("SELECT record FROM run ORDER BY id") { row in
        try JSONValue(parsing: row.text(0)).decoded(as: RunRecord.self)
      }
    }
  }

  /// The time of the run's first event, if it has any.
  package func start(of run: RunID) throws(JournalError) -> Timestamp? {
    try JournalError.translating {
      let rows = try connection.rows(
        "SELECT time FROM event WHERE run = ? ORDER BY sequence LIMIT 1",
        [.integer(run.number)]
      ) { try $0.integer(0) }
      return rows.first.map { Timestamp(milliseconds: $0) }
    }
  }

  /// Calls `body` with the events that the selection names, in order.
  package func forEachEvent(
    _ selection: EventSelection = EventSelection(),
    _ body: (StoredEvent) throws -> Void
  ) throws(JournalError) {
    try JournalError.translating {
      try connection.forEachRow(selection.sql, selection.values) { row in
        try body(StoredEvent(row))
      }
    }
  }

  /// The events that the selection names, in order.
  package func events(_ selection: EventSelection = EventSelection()) throws(JournalError) -> [StoredEvent] {
    var events: [StoredEvent] = []
    try forEachEvent(selection) { events.append($0) }
    return events
  }

  /// The files as they were when they were last known, by path.
  package func knownFiles() throws(JournalError) -> [ProjectPath: ObjectID] {
    try JournalError.translating { try StateReader(connection).knownFiles() }
  }

  /// What was said in a step, in order.
  package func transcript(of step: Int) throws(JournalError) -> [TranscriptEntry] {
    try JournalError.translating {
      try connection.rows("SELECT entry FROM transcript WHERE step = ? ORDER BY position", [.integer(step)]) { row in
        do {
          return try TranscriptEntry(json: try JSONValue(parsing: row.text(0)))
        } catch {
          throw JournalError("What was said in step \(step) cannot be read: \(error)")
        }
      }
    }
  }

  /// Every question that was ever asked, with its answer, whether a task has seen that or not.
  package func questions() throws(JournalError) -> [Question] {
    try JournalError.translating {
      try connection.rows("SELECT id, task, text, answer, is_applied FROM question ORDER BY id") { row in
        Question(
          id: QuestionID(number: try row.integer(0)),
          task: try row.optionalInteger(1).map { TaskID(number: $0) },
          text: try row.text(2),
          answer: try row.optionalText(3),
          isApplied: try row.bool(4)
        )
      }
    }
  }

  /// Reads every page of the database; throws where they do not hold together.
  package func checkIntegrity() throws(JournalError) {
    try JournalError.translating { try connection.checkIntegrity() }
  }
}
