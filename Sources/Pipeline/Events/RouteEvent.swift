/// A step's model was chosen.
package struct RouteEvent: Hashable, Codable, Sendable {
  /// A model that was not chosen.
  package struct Refused: Hashable, Codable, Sendable {
    /// As `name@server`.
    package var model: String
    /// The reason in one word, such as `window`.
    package var reason: String
    package var why: String

    package init(model: String, reason: String, why: String) {
      self.model = model
      self.reason = reason
      self.why = why
    }
  }

  package var step: Int
  package var task: TaskID?
  /// The kind of task.
  package var kind: String
  /// As `name@server`.
  package var model: String
  package var tier: ModelTier
  package var score: Int
  /// The points of each factor, by its name.
  package var factors: [String: Int]
  /// How many tiers the task rose for its failures.
  package var upgrades: Int
  package var reasons: [String]
  package var refused: [Refused]
  /// The candidates that cost less, as `name@server`, the cheapest first.
  package var cheaper: [String]
  /// The target files of the task, in order, by which runs are compared.
  package var files: [String]

  package init(
    step: Int,
    task: TaskID?,
    kind: String,
    model: String,
    tier: ModelTier,
    score: Int,
    factors: [String: Int],
    upgrades: Int,
    reasons: [String],
    refused: [Refused],
    cheaper: [String],
    files: [String]
  ) {
    self.step = step
    self.task = task
    self.kind = kind
    self.model = model
    self.tier = tier
    self.score = score
    self.factors = factors
    self.upgrades = upgrades
    self.reasons = reasons
    self.refused = refused
    self.cheaper = cheaper
    self.files = files
  }
}
