/// How tasks of one kind went with models of each tier, counted in thousandths, as older runs count less.
package struct TierOutcomes: Hashable, Codable, Sendable {
  package var weak = OutcomeCounts()
  package var base = OutcomeCounts()
  package var strong = OutcomeCounts()

  package init() {}

  package subscript(tier: ModelTier) -> OutcomeCounts {
    get {
      switch tier {
      case .weak: weak
      case .base: base
      case .strong: strong
      }
    }
    set {
      switch tier {
      case .weak: weak = newValue
      case .base: base = newValue
      case .strong: strong = newValue
      }
    }
  }

  /// The same with so many percent left of every count.
  package func aged(keeping percent: Int) -> TierOutcomes {
    var outcomes = self
    for tier in ModelTier.allCases { outcomes[tier].age(keeping: percent) }
    return outcomes
  }
}

/// Successes and typed failures, in thousandths.
package struct OutcomeCounts: Hashable, Codable, Sendable {
  /// What one outcome counts when it happens.
  package static let one = 1000

  package var successes = 0
  package var failures = 0

  package init(successes: Int = 0, failures: Int = 0) {
    self.successes = successes
    self.failures = failures
  }

  package mutating func count(succeeded: Bool) {
    if succeeded { successes += Self.one } else { failures += Self.one }
  }

  /// Lets so many percent be left.
  package mutating func age(keeping percent: Int) {
    successes = successes * percent / 100
    failures = failures * percent / 100
  }
}
