/// How much a model can do, the cheapest first; the raw values reach disk.
package enum ModelTier: String, CaseIterable, Codable, Sendable {
  case weak
  case base
  case strong

  /// The place among the tiers, from 0.
  package var rank: Int {
    switch self {
    case .weak: 0
    case .base: 1
    case .strong: 2
    }
  }

  /// The tier so many places higher, or the highest.
  package func raised(by steps: Int) -> ModelTier {
    switch rank + steps {
    case ...0: .weak
    case 1: .base
    default: .strong
    }
  }
}

extension ModelTier: Comparable {
  package static func < (left: ModelTier, right: ModelTier) -> Bool { left.rank < right.rank }
}
