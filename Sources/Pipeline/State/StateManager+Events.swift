import JSON
import Persistence

extension StateManager {
  /// The last events of some kinds, the oldest first.
  package func lastEvents(_ kinds: [Event.Kind], count: Int) throws -> [Event] {
    let places = kinds.map { _ in "?" }.joined(separator: ", ")
    let rows = try connection.rows(
      "SELECT payload FROM event WHERE type IN (\(places)) ORDER BY sequence DESC LIMIT \(count)",
      kinds.map { .text($0.rawValue) }
    ) { row in
      try JSONValue(parsing: row.text(0)).decoded(as: Event.self)
    }
    return rows.reversed()
  }
}
