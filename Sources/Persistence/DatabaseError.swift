import CSQLite

/// A failure that SQLite reported.
package struct DatabaseError: Error, Hashable {
  package let code: Code
  package let message: String
  package let sql: String?
  package let path: String

  package init(code: Code, message: String, sql: String? = nil, path: String) {
    self.code = code
    self.message = message
    self.sql = sql
    self.path = path
  }
}

extension DatabaseError {
  /// A result code of SQLite, with its extended part where there is one.
  package struct Code: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    package static let busy = Code(rawValue: SQLITE_BUSY)
    package static let locked = Code(rawValue: SQLITE_LOCKED)
    package static let noMemory = Code(rawValue: SQLITE_NOMEM)
    package static let readOnly = Code(rawValue: SQLITE_READONLY)
    package static let inputOutput = Code(rawValue: SQLITE_IOERR)
    package static let corrupt = Code(rawValue: SQLITE_CORRUPT)
    package static let full = Code(rawValue: SQLITE_FULL)
    package static let cannotOpen = Code(rawValue: SQLITE_CANTOPEN)
    package static let constraint = Code(rawValue: SQLITE_CONSTRAINT)
    package static let mismatch = Code(rawValue: SQLITE_MISMATCH)
    package static let misuse = Code(rawValue: SQLITE_MISUSE)
    package static let notADatabase = Code(rawValue: SQLITE_NOTADB)

    /// The code without its extended part.
    package var primary: Code { Code(rawValue: rawValue & 0xFF) }
  }

  /// Whether the disk has no room left, or the quota is used up.
  package var isDiskFull: Bool { code.primary == .full }

  /// Whether the disk or the file failed, not the program.
  package var isEnvironmental: Bool {
    switch code.primary {
    case .full, .inputOutput, .cannotOpen, .readOnly, .corrupt, .notADatabase, .busy, .locked: true
    default: false
    }
  }
}

extension DatabaseError: CustomStringConvertible {
  package var description: String {
    switch code.primary {
    case .full:
      "No space is left on the disk that holds '\(path)'. Free some space and run the command again."
    case .inputOutput:
      "Reading or writing the database '\(path)' failed (\(message)). Check the disk and run the command again."
    case .cannotOpen:
      "The database '\(path)' cannot be opened (\(message)). Check that its folder exists and is yours to write."
    case .readOnly:
      "The database '\(path)' cannot be written (\(message)). Check the permissions of the file and its folder."
    case .busy, .locked:
      "The database '\(path)' is in use by another program. Wait until it ends and run the command again."
    case .corrupt, .notADatabase:
      UnusableDatabase.damaged(path: path, detail: message).description
    default:
      "The database '\(path)' reported an error: \(message) (SQLite code \(code.rawValue)"
        + (sql.map { ", in '\($0)')." } ?? ").")
    }
  }
}
