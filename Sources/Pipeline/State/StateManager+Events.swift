import JSON
import Persistence

extension StateManager {
  /// The events after the one of a number, in order.
  package func events(after sequence: Int) throws -> [StoredEvent] {
    let selection = EventSelection(after: sequence)
    return try connection.rows(selection.sql, selection.values) { try StoredEvent($0) }
  }

  /// The events of some kinds, in order.
  package func events(of kinds: [Event.Kind]) throws -> [StoredEvent] {
    let selection = EventSelection(kinds: kinds)
    return try connection.rows(selection.sql, selection.values) { try StoredEvent($0) }
  }

  /// The number after which there are so many events of some kinds; 0 where there are no more of them at all.
  package func sequence(beforeLast count: Int, of kinds: [Event.Kind]) throws -> Int {
    let places = kinds.map { _ in "?" }.joined(separator: ", ")
    let rows = try connection.rows(
      "SELECT sequence FROM event WHERE type IN (\(places)) ORDER BY sequence DESC LIMIT 1 OFFSET \(count)",
      kinds.map { .text($0.rawValue) }
    ) { try $0.integer(0) }
    return rows.first ?? 0
  }

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

extension StoredEvent {
  /// Reads a row of an `EventSelection`; `JournalError` says where one is that cannot be read.
  init(_ row: borrowing Row) throws {
    let sequence = try row.integer(0)
    let event: Event
    do {
      event = try JSONValue(parsing: row.text(3)).decoded()
    } catch {
      let step = try row.optionalInteger(4).map { ", of step \($0)," } ?? ""
      throw JournalError("Event \(sequence) of the journal\(step) cannot be read: \(error)")
    }
    self.init(
      sequence: sequence,
      time: Timestamp(milliseconds: try row.integer(1)),
      run: try row.optionalInteger(2).map { RunID(number: $0) },
      event: event
    )
  }
}
