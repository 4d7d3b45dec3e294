/// How good a model's answers are, by five criteria of 1 to 5 points each.
package struct QualityRubric: Hashable, Sendable {
  package var correctness = 1
  package var completeness = 1
  package var specificity = 1
  package var contextAwareness = 1
  package var actionability = 1

  package init() {}

  /// From 5 to 25.
  package var total: Int { correctness + completeness + specificity + contextAwareness + actionability }
}

extension QualityRubric: ConfigurationObject {
  static let blank = QualityRubric()
  static var expectation: String { "an object with five criteria of 1 to 5 points" }
  static var required: [String] { keys.flatMap(\.path) }

  static let keys: [ConfigurationKey<QualityRubric>] = [
    points("correctness", \.correctness, "Whether what it says and writes is right."),
    points("completeness", \.completeness, "Whether nothing that was asked for is missing."),
    points("specificity", \.specificity, "Whether it speaks of the case at hand."),
    points("context_awareness", \.contextAwareness, "Whether it uses what it was shown."),
    points("actionability", \.actionability, "Whether one can go on with it at once."),
  ]

  private static func points(
    _ name: String,
    _ property: any WritableKeyPath<QualityRubric, Int> & Sendable,
    _ summary: String
  ) -> ConfigurationKey<QualityRubric> {
    ConfigurationKey(name, property, summary, expectation: "a whole number from 1 to 5") { (1...5).contains($0) }
  }
}
