import CSQLite

/// The current row of a query, valid inside the closure that receives it.
package struct Row: ~Copyable {
  private let statement: Statement

  init(_ statement: Statement) {
    self.statement = statement
  }

  package var count: Int { statement.columnCount }

  package func isNull(_ column: Int) -> Bool {
    type(of: column) == SQLITE_NULL
  }

  package func value(_ column: Int) -> Value {
    switch type(of: column) {
    case SQLITE_INTEGER: .integer(statement.integer(column))
    case SQLITE_FLOAT: .real(statement.real(column))
    case SQLITE_TEXT: .text(statement.text(column))
    case SQLITE_BLOB: .blob(statement.blob(column))
    default: .null
    }
  }

  package func integer(_ column: Int) throws(DatabaseError) -> Int {
    guard let integer = try optionalInteger(column) else { throw mismatch(column, "an integer") }
    return integer
  }

  package func real(_ column: Int) throws(DatabaseError) -> Double {
    guard let real = try optionalReal(column) else { throw mismatch(column, "a number") }
    return real
  }

  package func text(_ column: Int) throws(DatabaseError) -> String {
    guard let text = try optionalText(column) else { throw mismatch(column, "text") }
    return text
  }

  package func blob(_ column: Int) throws(DatabaseError) -> [UInt8] {
    guard let blob = try optionalBlob(column) else { throw mismatch(column, "bytes") }
    return blob
  }

  package func bool(_ column: Int) throws(DatabaseError) -> Bool {
    try integer(column) != 0
  }

  package func optionalInteger(_ column: Int) throws(DatabaseError) -> Int? {
    switch type(of: column) {
    case SQLITE_NULL: nil
    case SQLITE_INTEGER: statement.integer(column)
    default: throw mismatch(column, "an integer")
    }
  }

  package func optionalReal(_ column: Int) throws(DatabaseError) -> Double? {
    switch type(of: column) {
    case SQLITE_NULL: nil
    case SQLITE_INTEGER, SQLITE_FLOAT: statement.real(column)
    default: throw mismatch(column, "a number")
    }
  }

  package func optionalText(_ column: Int) throws(DatabaseError) -> String? {
    switch type(of: column) {
    case SQLITE_NULL: nil
    case SQLITE_TEXT: statement.text(column)
    default: throw mismatch(column, "text")
    }
  }

  package func optionalBlob(_ column: Int) throws(DatabaseError) -> [UInt8]? {
    switch type(of: column) {
    case SQLITE_NULL: nil
    case SQLITE_BLOB: statement.blob(column)
    default: throw mismatch(column, "bytes")
    }
  }

  private func type(of column: Int) -> Int32 {
    precondition(column >= 0 && column < statement.columnCount, "a query is asked for a column that it has")
    return statement.type(of: column)
  }

  private func mismatch(_ column: Int, _ expected: String) -> DatabaseError {
    statement.mismatch(at: column, expected: expected)
  }
}
