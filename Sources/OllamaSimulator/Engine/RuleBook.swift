/// The rules of a scenario and how often each was met.
struct RuleBook: Sendable {
  private let rules: [Scenario.Rule]
  private let seed: Int
  private var tallies: [Tally]

  private struct Tally: Sendable {
    /// Requests that met all but `chance` and `nth`.
    var eligible = 0
    /// Requests that met all but `nth`.
    var met = 0
    var replies = 0
  }

  init(_ scenario: Scenario) {
    rules = scenario.rules
    seed = scenario.seed
    tallies = Array(repeating: Tally(), count: rules.count)
  }

  /// How often each rule replied.
  var replyCounts: [Int] { tallies.map(\.replies) }

  /// The index of the rule that replies, or nil.
  ///
  /// Every rule counts every request that meets its conditions, also one that an earlier rule replies to: `nth` would
  /// else depend on the rules before it.
  mutating func match(_ subject: RequestSubject) -> Int? {
    var chosen: Int?
    for index in rules.indices where holds(index, subject) {
      guard chosen == nil else { continue }
      if let times = rules[index].times, tallies[index].replies >= times { continue }
      chosen = index
    }
    if let chosen { tallies[chosen].replies += 1 }
    return chosen
  }

  /// Why the rules did not reply to `subject`, for the author of the scenario.
  func misses(_ subject: RequestSubject) -> [String] {
    var groups: [(rules: ClosedRange<Int>, reason: String)] = []
    for index in rules.indices {
      let reason = miss(index, subject)
      if let last = groups.last, last.reason == reason {
        groups[groups.count - 1].rules = last.rules.lowerBound...index
      } else {
        groups.append((index...index, reason))
      }
    }
    return groups.map { group in
      let (first, last) = (group.rules.lowerBound, group.rules.upperBound)
      return (first == last ? "rules[\(first)]: " : "rules[\(first)] to rules[\(last)]: ") + group.reason
    }
  }

  private func miss(_ index: Int, _ subject: RequestSubject) -> String {
    let rule = rules[index]
    if let key = rule.condition.firstUnmetKey(subject) { return "'\(key)' does not hold" }
    if let times = rule.times, tallies[index].replies >= times { return "it has replied its 'times', \(times)" }
    if let nth = rule.condition.nth { return "'nth' is \(nth), and this was number \(tallies[index].met)" }
    return "'chance' was against it"
  }

  private mutating func holds(_ index: Int, _ subject: RequestSubject) -> Bool {
    let condition = rules[index].condition
    guard condition.firstUnmetKey(subject) == nil else { return false }
    tallies[index].eligible += 1
    if let chance = condition.chance {
      var generator = SeededGenerator(
        UInt64(bitPattern: Int64(seed)),
        UInt64(index),
        UInt64(tallies[index].eligible)
      )
      guard generator.fraction() < chance else { return false }
    }
    tallies[index].met += 1
    return condition.nth.map { $0 == tallies[index].met } ?? true
  }
}
