import CSQLite
@unsafe @preconcurrency import Glibc

/// The file of a database of this program, before it is opened.
struct DatabaseFile {
  /// The mark of this program in a database's header, the letters "auto".
  static let applicationID = 0x6175_746F

  let path: String

  /// Makes a database without tables, whole at once: it is written under another name and then linked.
  ///
  /// So an empty file is never one of ours that was caught halfway, and can be refused.
  func makeIfMissing() throws {
    guard unsafe access(path, F_OK) != 0 else { return }
    let draft = "\(path).new-\(UInt64.random(in: .min ... .max))"
    defer { unsafe unlink(draft) }
    try writeMark(to: draft)
    if unsafe link(draft, path) == 0 || errno == EEXIST { return }
    // Some file systems have no hard links.
    guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno), unsafe rename(draft, path) == 0 else {
      throw DatabaseError(code: .cannotOpen, message: unsafe String(cString: strerror(errno)), path: path)
    }
  }

  /// Refuses a file of no length, which SQLite would take for a new database.
  func refuseIfEmpty() throws {
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_size == 0, status.st_mode & S_IFMT == S_IFREG {
      throw UnusableDatabase.damaged(path: path, detail: "the file is empty")
    }
  }

  private func writeMark(to draft: String) throws {
    var handle: OpaquePointer?
    defer { unsafe sqlite3_close_v2(handle) }
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE
    let mark = "PRAGMA application_id = \(Self.applicationID); PRAGMA journal_mode = WAL"
    guard unsafe sqlite3_open_v2(draft, &handle, flags, nil) == SQLITE_OK,
      unsafe sqlite3_exec(handle, mark, nil, nil, nil) == SQLITE_OK
    else {
      throw unsafe DatabaseError(database: handle, sql: nil, path: path)
    }
  }
}
