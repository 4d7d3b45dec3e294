package import JSON
import Persistence

extension JournalReader {
  /// The number of the schema that the tables have.
  package static var schema: Int { Migrator().newestVersion }

  /// Whether nothing at all was ever written.
  package func isEmpty() throws(JournalError) -> Bool {
    try JournalError.translating {
      for table in try StateTable.all(of: connection) {
        if try connection.value("SELECT 1 FROM \(table.name) LIMIT 1") != nil { return false }
      }
      return true
    }
  }

  /// Whether a rollback is between its first file and its last.
  package func hasOpenRollback() throws(JournalError) -> Bool {
    try JournalError.translating { try connection.value("SELECT 1 FROM rollback WHERE is_done = 0") != nil }
  }

  /// Calls `body` with each table in turn, which hands on that table's rows; all show the same moment.
  package func forEachTable(
    mask: SecretMask,
    _ body: (_ name: String, _ rows: ((JSONObject) throws -> Void) throws -> Void) throws -> Void
  ) throws(JournalError) {
    try JournalError.translating {
      try connection.snapshot {
        for table in try StateTable.all(of: connection) {
          try body(table.name) { try table.forEachRow(in: connection, mask: mask, $0) }
        }
      }
    }
  }
}
