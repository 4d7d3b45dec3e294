/// What a simulated server was asked.
package struct SimulationSummary: Hashable, Sendable {
  package let requestCount: Int
  /// How often each rule of the scenario replied, in its order.
  package let repliesPerRule: [Int]
  /// How often a model was loaded.
  package let loadCount: Int
  /// How many requests no rule matched.
  package let unmatchedCount: Int
  /// What was said about the first of those.
  package let unmatched: [String]

  package init(requestCount: Int, repliesPerRule: [Int], loadCount: Int = 0, unmatchedCount: Int, unmatched: [String]) {
    self.requestCount = requestCount
    self.repliesPerRule = repliesPerRule
    self.loadCount = loadCount
    self.unmatchedCount = unmatchedCount
    self.unmatched = unmatched
  }

  /// What a program that served the scenario ends with.
  package var exitCode: Int32 { unmatchedCount > 0 ? 1 : 0 }

  /// The summary for a reader.
  package var lines: [String] {
    var lines = ["Requests: \(requestCount)."]
    for (index, count) in repliesPerRule.enumerated() { lines.append("Replies of rules[\(index)]: \(count).") }
    if loadCount > 0 { lines.append("Models loaded: \(loadCount).") }
    if unmatchedCount > 0 { lines.append("Requests that no rule matched: \(unmatchedCount).") }
    return lines + unmatched
  }
}
