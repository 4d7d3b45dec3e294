import Persistence

/// How a model's tool calls got through in a project so far.
package struct CallTally: Hashable, Sendable {
  /// Answers whose calls the server delivered as such.
  package var native = 0
  /// How often each rung of the ladder got calls through.
  package var repaired: [CallStage: Int] = [:]
  /// How often it did not.
  package var lost: [CallStage: Int] = [:]
}

extension JournalReader {
  /// The counts of every model, by its name.
  package func callTallies() throws(JournalError) -> [String: CallTally] {
    try JournalError.translating { () throws -> [String: CallTally] in
      var counts: [String: CallTally] = [:]
      try connection.forEachRow(
        """
        SELECT json_extract(payload, '$.model'), count(*) FROM event
        WHERE type = 'model.response' AND json_array_length(payload, '$.tools') > 0 GROUP BY 1
        """
      ) { row in counts[try row.text(0), default: CallTally()].native = try row.integer(1) }
      try connection.forEachRow(
        """
        SELECT json_extract(payload, '$.model'), json_extract(payload, '$.stage'), json_extract(payload, '$.ok'), count(*)
        FROM event WHERE type = 'tool.repair' GROUP BY 1, 2, 3
        """
      ) { row in
        guard let stage = CallStage(rawValue: try row.text(1)) else { return }
        let count = try row.integer(3)
        let isOK = try row.bool(2)
        let part: WritableKeyPath<CallTally, [CallStage: Int]> = isOK ? \.repaired : \.lost
        counts[try row.text(0), default: CallTally()][keyPath: part][stage] = count
      }
      return counts
    }
  }
}
