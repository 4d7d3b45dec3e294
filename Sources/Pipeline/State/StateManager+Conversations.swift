package import JSON
import Persistence

/// One stored entry of a conversation; what is in it is the writer's affair.
package struct StoredUtterance: Hashable, Sendable {
  package var time: Timestamp
  package var entry: JSONValue

  package init(time: Timestamp, entry: JSONValue) {
    self.time = time
    self.entry = entry
  }
}

extension StateManager {
  /// Appends entries to the conversation of that name, all or none; secrets in them are hidden.
  ///
  /// Throws `DatabaseError`.
  package func appendConversation(_ thread: String, _ utterances: [StoredUtterance]) throws {
    try connection.transaction {
      for utterance in utterances {
        try connection.execute(
          """
          INSERT INTO conversation (thread, position, time, entry)
          VALUES (?1, (SELECT coalesce(max(position) + 1, 0) FROM conversation WHERE thread = ?1), ?2, ?3)
          """,
          [.text(thread), .integer(utterance.time.milliseconds), .text(mask.mask(utterance.entry).text())]
        )
      }
    }
  }

  /// Reads the conversation of that name, in order; empty where there is none.
  ///
  /// Throws `DatabaseError`, and `JSONError` for an entry that is damaged.
  package func conversation(_ thread: String) throws -> [StoredUtterance] {
    try connection.rows(
      "SELECT time, entry FROM conversation WHERE thread = ? ORDER BY position",
      [.text(thread)]
    ) { row in
      StoredUtterance(
        time: Timestamp(milliseconds: try row.integer(0)),
        entry: try JSONValue(parsing: row.text(1))
      )
    }
  }

  /// The names of all conversations, sorted.
  package func conversationNames() throws -> [String] {
    try connection.rows("SELECT DISTINCT thread FROM conversation ORDER BY thread") { try $0.text(0) }
  }
}
