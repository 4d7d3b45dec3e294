import Persistence
import SourceControl

extension StateManager {
  /// The rows that the state is read from, with up to `count` of the last events of some kinds.
  package func recordedTables(events kinds: [Event.Kind], count: Int) throws -> [RecordedTable] {
    try connection.snapshot { try RecordedTable.all(in: connection, mask: mask, events: kinds, count: count) }
  }

  /// Writes the state that a start found into a database that holds none, given what the project holds.
  static func restore(
    _ start: RecordedStart,
    files: [ProjectPath: ObjectID],
    to connection: Connection
  ) throws {
    guard start.schema == Migrator().newestVersion else {
      throw StoredValueError(
        "The record was made by another version of this program (its schema is \(start.schema), that of this one "
          + "\(Migrator().newestVersion)). Use the version that made it."
      )
    }
    try connection.transaction {
      for table in start.tables { try table.insert(into: connection) }
      var known = start.isFirst ? [:] : files
      for file in start.known { known[file.path] = file.id }
      for (path, id) in known {
        try connection.execute(
          "INSERT INTO file (path, content) VALUES (?, ?)",
          [.blob(path.bytes), .text(id.description)]
        )
      }
      for file in start.byProducts {
        try connection.execute("INSERT INTO file (path, is_by_product) VALUES (?, 1)", [.blob(file.path.bytes)])
      }
    }
  }
}
