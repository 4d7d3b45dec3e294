extension Connection {
  /// Commits what `body` did, or nothing if it throws.
  ///
  /// The write lock is taken at once, so that a transaction never fails halfway because another process writes.
  package func transaction<T>(_ body: () throws -> T) throws -> T {
    try bracket("BEGIN IMMEDIATE", body)
  }

  /// Gives all queries in `body` the same state of the database.
  package func snapshot<T>(_ body: () throws -> T) throws -> T {
    try bracket("BEGIN DEFERRED", body)
  }

  /// Makes each commit in `body` reach the disk before it returns, so that it survives a loss of power.
  package func withSynchronousFull<T>(_ body: () throws -> T) throws -> T {
    precondition(!isInTransaction, "the synchronous level changes outside of transactions")
    try executeScript("PRAGMA synchronous = FULL")
    let result = Result { try body() }
    try executeScript("PRAGMA synchronous = NORMAL")
    return try result.get()
  }

  private func bracket<T>(_ begin: String, _ body: () throws -> T) throws -> T {
    precondition(!isInTransaction, "transactions do not nest")
    try execute(begin)
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // SQLite has rolled back by itself after some errors, a full disk among them.
      if isInTransaction { try execute("ROLLBACK") }
      throw error
    }
  }
}
