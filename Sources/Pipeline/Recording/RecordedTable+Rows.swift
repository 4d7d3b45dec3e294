import JSON
import Persistence

extension RecordedTable {
  /// The tables that the state is read from, but for the files, and which of their rows matter.
  private static let sources: [(name: String, condition: String)] = [
    ("run", "id = (SELECT max(id) FROM run)"), ("task", "true"), ("task_counter", "true"), ("counter", "true"),
    ("question", "true"), ("open_step", "true"), ("transcript", "step IN (SELECT number FROM open_step)"),
    ("spending", "true"), ("routing_outcome", "true"), ("check_status", "true"), ("repeat", "true"),
    ("setting", "true"),
    ("rollback", "id = (SELECT max(id) FROM rollback)"),
  ]

  /// Reads the state's rows, and the last events of the kinds that a decision maker looks back at.
  static func all(
    in connection: Connection,
    mask: SecretMask,
    events kinds: [Event.Kind],
    count: Int
  ) throws -> [RecordedTable] {
    var sources = sources
    if !kinds.isEmpty {
      let places = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      let last = "SELECT sequence FROM event WHERE type IN (\(places)) ORDER BY sequence DESC LIMIT \(count)"
      sources.append(("event", "sequence IN (\(last))"))
    }
    let tables = try StateTable.all(of: connection)
    return try sources.compactMap { source in
      guard let table = tables.first(where: { $0.name == source.name }) else { return nil }
      var rows: [JSONObject] = []
      try table.forEachRow(in: connection, mask: mask, where: source.condition) { rows.append($0) }
      return rows.isEmpty ? nil : RecordedTable(name: source.name, rows: rows)
    }
  }

  /// Writes the rows into a database that has none of them.
  func insert(into connection: Connection) throws {
    guard let table = try StateTable.all(of: connection).first(where: { $0.name == name }) else {
      throw StoredValueError("A record holds rows of '\(name)', which this program does not know.")
    }
    for row in rows { try table.insert(.object(row), into: connection) }
  }
}
