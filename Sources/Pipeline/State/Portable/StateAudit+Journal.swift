import JSON
import Persistence

extension StateAudit {
  func checkEvents() throws {
    let runs = Set(try connection.rows("SELECT id FROM run") { try $0.integer(0) })
    var last = 0
    try forEach("Event", "SELECT sequence, run, step, type, payload FROM event ORDER BY sequence") { row in
      last += 1
      guard try row.integer(0) == last else { throw fail("Event \(last) is missing before it.") }
      if let run = try row.optionalInteger(1), !runs.contains(run) { throw fail("There is no run \(run).") }
      let payload = try JSONValue(parsing: row.text(4))
      let kind = try payload.decoded(as: Event.self).kind
      guard kind.rawValue == (try row.text(3)) else {
        throw fail("It is called '\(try row.text(3))', and is '\(kind.rawValue)'.")
      }
      guard payload["step"]?.integer == (try row.optionalInteger(2)) else {
        throw fail("Its step is another than it says.")
      }
    }
  }

  /// What was said in steps, and what models said to each other, each without gaps.
  func checkConversations() throws {
    var next: [Int: Int] = [:]
    try forEach("The transcript of step", "SELECT step, position, entry FROM transcript ORDER BY step, position") {
      row in
      let step = try row.integer(0)
      guard try row.integer(1) == next[step, default: 0] else {
        throw fail("Entry \(next[step, default: 0]) is missing.")
      }
      next[step, default: 0] += 1
      _ = try TranscriptEntry(json: JSONValue(parsing: row.text(2)))
    }
    var said: [String: Int] = [:]
    try forEach("Conversation", "SELECT thread, position, entry FROM conversation ORDER BY thread, position") { row in
      let thread = try row.text(0)
      guard try row.integer(1) == said[thread, default: 0] else {
        throw fail("Entry \(said[thread, default: 0]) is missing.")
      }
      said[thread, default: 0] += 1
      _ = try Message(json: JSONValue(parsing: row.text(2))["message"] ?? .null)
    }
  }

  func checkRollbacks() throws {
    try forEach("Rollback", "SELECT id, is_done, record FROM rollback") { row in
      let rollback = try decoded(row, 2, as: RollbackRecord.self)
      guard rollback.number == (try row.integer(0)) else { throw fail("Its record is that of \(rollback.number).") }
      // Its files are those of another folder, so it could not be carried to its end here.
      guard try row.integer(1) == 1 else { throw fail("It was not carried to its end.") }
    }
  }
}
