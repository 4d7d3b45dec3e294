/// How a step's prompt was made, for the journal.
package struct PromptNotes: Hashable, Codable, Sendable {
  /// How much the step asks of its model, from 1 to 10.
  package var complexity: Int
  /// What makes it so, in points.
  package var factors: [String: Int]
  /// The kind of model that it is worded for, such as `small`.
  package var variant: String
  /// The names of what was added to the plain prompt, in order.
  package var advice: [String]

  package init(complexity: Int, factors: [String: Int], variant: String, advice: [String]) {
    self.complexity = complexity
    self.factors = factors
    self.variant = variant
    self.advice = advice
  }
}
