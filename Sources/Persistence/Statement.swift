import CSQLite
import Glibc

/// A compiled statement of one connection, finalised with its last reference.
@safe
final class Statement {
  let sql: String
  private let handle: OpaquePointer
  private let path: String

  /// Compiles the one statement in `sql`.
  init(_ sql: String, database: OpaquePointer, path: String) throws(DatabaseError) {
    var sql = sql
    var handle: OpaquePointer?
    let (status, hasTail) = sql.withUTF8 { text in
      // The length is given because the bytes of a Swift string do not end with a NUL.
      unsafe text.withMemoryRebound(to: CChar.self) { characters in
        var tail: UnsafePointer<CChar>?
        let status = unsafe sqlite3_prepare_v3(
          database,
          characters.baseAddress,
          Int32(characters.count),
          UInt32(SQLITE_PREPARE_PERSISTENT),
          &handle,
          &tail
        )
        let used = unsafe tail.flatMap { tail in unsafe characters.baseAddress.map { unsafe tail - $0 } } ?? 0
        return unsafe (status, characters.dropFirst(used).contains { $0 > 0x20 })
      }
    }
    guard status == SQLITE_OK else {
      throw unsafe DatabaseError(database: database, sql: sql, path: path)
    }
    guard let handle = unsafe handle, !hasTail else {
      unsafe sqlite3_finalize(handle)
      throw DatabaseError(code: .misuse, message: "exactly one statement is expected", sql: sql, path: path)
    }
    self.sql = sql
    unsafe self.handle = handle
    self.path = path
  }

  deinit {
    unsafe sqlite3_finalize(handle)
  }

  /// Makes the statement ready for its next use; without this a read transaction would stay open.
  func reset() {
    unsafe sqlite3_reset(handle)
    unsafe sqlite3_clear_bindings(handle)
  }

  /// Moves to the next row and says whether there is one.
  func step() throws(DatabaseError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw currentError()
    }
  }

  /// Sets all parameters, in order.
  func bind(_ values: [Value]) throws(DatabaseError) {
    let expected = Int(unsafe sqlite3_bind_parameter_count(handle))
    guard values.count == expected else {
      let message = "\(expected) values are expected, \(values.count) were given"
      throw DatabaseError(code: .misuse, message: message, sql: sql, path: path)
    }
    for (index, value) in values.enumerated() where bind(value, at: Int32(index + 1)) != SQLITE_OK {
      throw currentError()
    }
  }

  private func bind(_ value: Value, at index: Int32) -> Int32 {
    switch value {
    case .null:
      unsafe sqlite3_bind_null(handle, index)
    case .integer(let integer):
      unsafe sqlite3_bind_int64(handle, index, Int64(integer))
    case .real(let real):
      unsafe sqlite3_bind_double(handle, index, real)
    case .text(var text):
      text.withUTF8 { bytes in
        // A null pointer would bind NULL, so that empty text needs an address too.
        guard let start = bytes.baseAddress else {
          return unsafe sqlite3_bind_text(handle, index, "", 0, transient)
        }
        return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
          unsafe sqlite3_bind_text64(handle, index, characters, UInt64(bytes.count), transient, UInt8(SQLITE_UTF8))
        }
      }
    case .blob(let blob):
      blob.isEmpty
        ? unsafe sqlite3_bind_zeroblob(handle, index, 0)
        : unsafe blob.withUnsafeBytes { bytes in
          unsafe sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), transient)
        }
    }
  }

  private func currentError() -> DatabaseError {
    unsafe DatabaseError(database: sqlite3_db_handle(handle), sql: sql, path: path)
  }
}

// MARK: - Columns of the current row

extension Statement {
  var columnCount: Int { Int(unsafe sqlite3_column_count(handle)) }

  func type(of column: Int) -> Int32 {
    unsafe sqlite3_column_type(handle, Int32(column))
  }

  func name(of column: Int) -> String {
    unsafe sqlite3_column_name(handle, Int32(column)).map { unsafe String(cString: $0) } ?? "\(column)"
  }

  func integer(_ column: Int) -> Int {
    Int(unsafe sqlite3_column_int64(handle, Int32(column)))
  }

  func real(_ column: Int) -> Double {
    unsafe sqlite3_column_double(handle, Int32(column))
  }

  func text(_ column: Int) -> String {
    let start = unsafe sqlite3_column_text(handle, Int32(column))
    let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
    return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func blob(_ column: Int) -> [UInt8] {
    let start = unsafe sqlite3_column_blob(handle, Int32(column))
    let count = Int(unsafe sqlite3_column_bytes(handle, Int32(column)))
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  func mismatch(at column: Int, expected: String) -> DatabaseError {
    let message = "column '\(name(of: column))' does not hold \(expected)"
    return DatabaseError(code: .mismatch, message: message, sql: sql, path: path)
  }
}

extension DatabaseError {
  /// Reads the error of the last call on `database`.
  init(database: OpaquePointer?, sql: String?, path: String) {
    let message = unsafe sqlite3_errmsg(database).map { unsafe String(cString: $0) } ?? "no message"
    var code = Code(rawValue: unsafe sqlite3_extended_errcode(database))
    // Where the log's index or a new file finds no room, SQLite speaks of an I/O error.
    if [.inputOutput, .cannotOpen].contains(code.primary),
      [ENOSPC, EDQUOT].contains(unsafe sqlite3_system_errno(database))
    {
      code = .full
    }
    self.init(code: code, message: message, sql: sql, path: path)
  }
}

/// What SQLITE_TRANSIENT is in C (a cast that Swift does not import): SQLite copies the bytes before the call returns.
private var transient: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
