import Persistence

/// Which events of the journal are wanted.
package struct EventSelection: Hashable, Sendable {
  package var run: RunID?
  package var step: Int?
  package var kinds: [Event.Kind]
  /// Only events with a higher number.
  package var after: Int

  package init(run: RunID? = nil, step: Int? = nil, kinds: [Event.Kind] = [], after: Int = 0) {
    self.run = run
    self.step = step
    self.kinds = kinds
    self.after = after
  }

  var sql: String {
    var conditions = ["sequence > ?"]
    if run != nil { conditions.append("run = ?") }
    if step != nil { conditions.append("step = ?") }
    if !kinds.isEmpty { conditions.append("type IN (\(kinds.map { _ in "?" }.joined(separator: ", ")))") }
    return """
      SELECT sequence, time, run, payload, step FROM event
      WHERE \(conditions.joined(separator: " AND ")) ORDER BY sequence
      """
  }

  var values: [Value] {
    [.integer(after)] + [run?.number, step].compactMap { $0.map { .integer($0) } } + kinds.map { .text($0.rawValue) }
  }
}
