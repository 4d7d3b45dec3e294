import Persistence

/// Takes answers to questions, also while a run is at work; the run finds them there.
package struct AnswerBox {
  private let connection: Connection
  private let mask: SecretMask

  /// Opens the database of the project in `folder`; nil where there was no run yet.
  package init?(_ folder: StateFolder, mask: SecretMask = SecretMask()) throws(JournalError) {
    guard try JournalError.translating({ try folder.exists() }) else { return nil }
    connection = try JournalError.translating {
      let connection = try Connection(path: folder.database)
      try Migrator().check(connection)
      return connection
    }
    self.mask = mask
    guard try JournalError.translating({ try connection.userVersion() }) > 0 else { return nil }
  }

  /// What became of an answer.
  package enum Reception: Hashable, Sendable {
    case taken
    /// There is an answer already.
    case answered(String)
    /// The question was given up, because its plan was.
    case closed
    case unknown
  }

  /// Puts the answer to a question that has none yet.
  package func put(_ text: String, for id: QuestionID) throws(JournalError) -> Reception {
    try JournalError.translating {
      try connection.transaction {
        let found = try connection.firstRow(
          "SELECT answer, is_closed FROM question WHERE id = ?",
          [.integer(id.number)]
        ) { row in (answer: try row.optionalText(0), isClosed: try row.bool(1)) }
        guard let found else { return .unknown }
        if let answer = found.answer { return .answered(answer) }
        if found.isClosed { return .closed }
        try connection.execute(
          "UPDATE question SET answer = ? WHERE id = ?",
          [.text(mask.mask(text)), .integer(id.number)]
        )
        return .taken
      }
    }
  }
}
