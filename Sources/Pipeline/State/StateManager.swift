import JSON
package import Persistence
package import SourceControl
import Synchronization

/// The state and the journal of one project in its SQLite database.
package actor StateManager: StateStore {
  let connection: Connection
  private let executor: QueueExecutor
  // Read many times a step: a lock costs a hundredth of two hops to this actor's thread and back.
  private let published: Mutex<(state: PipelineState, known: [ProjectPath: ObjectID])>
  private var sequence: Int
  let mask: SecretMask
  private let clock: @Sendable () -> Timestamp
  /// Made with the first thing that is recorded.
  private var compressor: Compressor?

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    // The executor lives as long as the actor that holds it.
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Opens the database at `path`, bringing its schema up to date; `:memory:` makes one that nobody else sees.
  ///
  /// The state and the journal hold no secret that `mask` hides; the database is used on the thread of `executor`. Throws
  /// `UnusableDatabase` for a damaged, foreign or newer database, which stays as it is.
  ///
  /// A new database may begin from what a recorded start found, in a project that holds `files`. What is committed
  /// `outsideRuns` belongs to no run, and costs none anything.
  package init(
    path: String,
    mask: SecretMask = SecretMask(),
    executor: QueueExecutor = QueueExecutor(label: "autonomy.state"),
    clock: @escaping @Sendable () -> Timestamp = { .now },
    beginningFrom recorded: (start: RecordedStart, files: [ProjectPath: ObjectID])? = nil,
    outsideRuns: Bool = false
  ) throws {
    connection = try Connection(path: path)
    try Migrator().migrate(connection)
    if let recorded { try Self.restore(recorded.start, files: recorded.files, to: connection) }
    self.executor = executor
    let reader = StateReader(connection)
    var state = try reader.state()
    if outsideRuns { state.run = nil }
    published = Mutex((state, try reader.knownFiles()))
    sequence = try reader.lastSequence()
    self.clock = clock
    self.mask = mask
  }

  package nonisolated var state: PipelineState { published.withLock { $0.state } }

  @discardableResult
  package func commit(
    _ changes: [StateChange],
    _ events: [Event],
    recording recorder: RunRecorder?
  ) throws -> [StoredEvent] {
    let recorded = recorder?.drain(with: changes, events)
    let changes = mask.hidesAnything ? changes.map { $0.hidingSecrets(by: mask) } : changes
    var next = state
    let writer = StateWriter(connection, mask: mask)
    let isDurable = changes.contains { $0.isDurable }
    if isDurable { try connection.executeScript("PRAGMA synchronous = FULL") }
    defer { if isDurable { try? connection.executeScript("PRAGMA synchronous = NORMAL") } }
    let stored = try connection.transaction {
      let rows = changes.map { $0.rewrittenRow }
      for (index, change) in changes.enumerated() {
        // The open step must still be there when its repeat is counted.
        if case .stepClosed(let number) = change { try writer.countRepeat(of: number, in: next) }
        try next.apply(change)
        // A row that a later change writes again, whole, is written then.
        if let row = rows[index], rows[(index + 1)...].contains(row) { continue }
        try writer.write(change, in: next)
      }
      if let recorded {
        let compressor = try self.compressor ?? Compressor()
        self.compressor = compressor
        try writer.record(recorded.items, recorded.contents, at: sequence + 1, with: compressor)
      }
      return try append(events, run: next.run?.id, with: writer)
    }
    sequence += stored.count
    published.withLock { published in
      published.state = next
      for case .filesKnown(let files) in changes {
        for (path, id) in files { published.known[path] = id }
      }
    }
    return stored
  }

  private func append(_ events: [Event], run: RunID?, with writer: StateWriter) throws -> [StoredEvent] {
    let time = clock()
    var stored: [StoredEvent] = []
    for (offset, event) in events.enumerated() {
      let entry = StoredEvent(sequence: sequence + offset + 1, time: time, run: run, event: event)
      try writer.append(entry)
      stored.append(entry)
    }
    return stored
  }

  package func repeats(on progress: String) throws -> [Action: Int] {
    let rows = try connection.rows("SELECT action, count FROM repeat WHERE progress = ?", [.text(progress)]) { row in
      (try row.text(0), try row.integer(1))
    }
    return Dictionary(rows.compactMap { row in Action(row.0).map { ($0, row.1) } }) { $1 }
  }

  package func transcript(of step: Int) throws -> [TranscriptEntry] {
    try connection.rows("SELECT entry FROM transcript WHERE step = ? ORDER BY position", [.integer(step)]) { row in
      try TranscriptEntry(json: try JSONValue(parsing: row.text(0)))
    }
  }

  package nonisolated func knownFiles() -> [ProjectPath: ObjectID] { published.withLock { $0.known } }

  package func blob(_ id: ObjectID) throws -> [UInt8]? {
    try connection.firstRow("SELECT content FROM blob WHERE id = ?", [.text(id.description)]) { try $0.blob(0) }
  }

  package func unappliedAnswers() throws -> [Question] {
    try connection.rows(
      "SELECT id, task, text, answer FROM question WHERE answer IS NOT NULL AND is_applied = 0 ORDER BY id"
    ) { row in
      Question(
        id: QuestionID(number: try row.integer(0)),
        task: try row.optionalInteger(1).map { TaskID(number: $0) },
        text: try row.text(2),
        answer: try row.text(3)
      )
    }
  }
}
