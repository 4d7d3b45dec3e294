package import Pipeline

/// The model that a task goes to, and how it was found.
package struct Route: Hashable, Sendable {
  /// The place among the router's candidates.
  package var candidate: Int
  /// The tier in which the model was looked for and found.
  package var tier: ModelTier
  package var course: RouteCourse
  /// Whether it was taken for being loaded already.
  package var savesSwap: Bool
}

/// How the tier of a task came about.
package struct RouteCourse: Hashable, Sendable {
  package var complexity: TaskComplexity
  /// By the score alone.
  package var scored: ModelTier
  /// The least tier of its kind.
  package var floor: ModelTier
  /// How many tiers it rose because most tries of its kind failed below.
  package var learned: Int
  /// How many tiers it rose because this very task failed.
  package var raised: Int
  /// What came of all that; the model may be of another tier where this one has none.
  package var tier: ModelTier
}

/// Why a candidate is not taken.
package enum RouteRefusal: Hashable, Sendable {
  /// It is not good enough, or better than needed.
  case tier([ModelTier])
  /// Its server does not answer.
  case unavailable
  /// It gave no answer when it was asked last.
  case failing
  case capability(missing: ModelCapabilities)
  /// Prompt and reserved answer, in tokens, do not fit.
  case window(needed: Int, has: Int)
  /// A price that is not known cannot be held against a cap.
  case price
  /// The worst case of one call, in micro-dollars.
  case budget(cost: Int, left: Int)
  case quota
  case quality(has: Int, floor: Int)
  /// Another comes first.
  case outranked
}
