package import Pipeline

/// How far the arbiter and the rules choose the same, and what came of it where they do not.
package struct DecisionAgreement: Hashable, Sendable {
  /// Steps at which the one choice was carried out and the other was not, and how they ended.
  package struct Difference: Hashable, Sendable {
    /// What was carried out, and what the other decision maker wanted; a phase's name, or another action whole.
    package var chosen: String
    package var other: String
    /// How often each result came of it, by its word.
    package var results: [String: Int]

    package init(chosen: String, other: String, results: [String: Int]) {
      self.chosen = chosen
      self.other = other
      self.results = results
    }
  }

  package private(set) var mode = ""
  package private(set) var decisions = 0
  package private(set) var agreeing = 0
  private var counts: [Pair: [String: Int]] = [:]
  private var shadows: [Int: Action?] = [:]
  private var open: [Int: Pair] = [:]

  private struct Pair: Hashable {
    let chosen: String
    let other: String
  }

  package init() {}

  /// What is read of the journal.
  package static let kinds: [Event.Kind] = [.runStarted, .runResumed, .shadow, .decision, .phaseFinished]

  /// The differences, the most frequent first.
  package var differences: [Difference] {
    counts.map { Difference(chosen: $0.key.chosen, other: $0.key.other, results: $0.value) }
      .sorted { ($1.count, $0.chosen, $0.other) < ($0.count, $1.chosen, $1.other) }
  }

  package mutating func take(_ event: Event) {
    switch event {
    case .runStarted(let start): mode = start.mode
    case .runResumed(let start): mode = start.mode
    case .shadow(let shadow): shadows[shadow.step] = .some(shadow.action)
    case .decision(let decision): take(decision)
    case .phaseFinished(let end):
      if let pair = open.removeValue(forKey: end.step) { counts[pair, default: [:]][end.result, default: 0] += 1 }
    default: break
    }
  }

  private mutating func take(_ decision: DecisionEvent) {
    // The rules' own decision tells something only where somebody else was asked.
    let isArbiters = decision.maker.hasPrefix("arbiter")
    guard let other = isArbiters ? decision.rules : shadows.removeValue(forKey: decision.step) ?? nil else { return }
    decisions += 1
    if other == decision.action {
      agreeing += 1
    } else {
      open[decision.step] = Pair(chosen: Self.name(decision.action), other: Self.name(other))
    }
  }

  private static func name(_ action: Action) -> String { action.phase?.rawValue ?? "\(action)" }
}

extension DecisionAgreement.Difference {
  package var count: Int { results.values.reduce(0, +) }
}

extension JournalReader {
  /// How far arbiter and rules agreed, run by run, of the runs in which both were asked.
  package func agreements() throws -> [(run: RunID, agreement: DecisionAgreement)] {
    var result: [(run: RunID, agreement: DecisionAgreement)] = []
    try forEachEvent(EventSelection(kinds: DecisionAgreement.kinds)) { stored in
      guard let run = stored.run else { return }
      if result.last?.run != run { result.append((run, DecisionAgreement())) }
      result[result.count - 1].agreement.take(stored.event)
    }
    return result.filter { $0.agreement.decisions > 0 }
  }
}
