package import Pipeline

/// What a task asks of its model.
package struct RoutingDemand: Sendable {
  /// The kind of task; one that the table does not know counts as any other.
  package var type: String
  /// The tokens of the prompt, counted.
  package var contextTokens: Int
  package var files: Int
  /// The tokens that are kept free for the answer.
  package var reservedOutput: Int
  package var needs: ModelCapabilities
  /// How tasks of this kind have gone so far.
  package var outcomes: TierOutcomes
  /// How often this very task has failed since, each time for one tier more.
  package var failures: Int

  package init(
    type: String,
    contextTokens: Int,
    files: Int,
    reservedOutput: Int = 8192,
    needs: ModelCapabilities = .tools,
    outcomes: TierOutcomes = TierOutcomes(),
    failures: Int = 0
  ) {
    self.type = type
    self.contextTokens = contextTokens
    self.files = files
    self.reservedOutput = reservedOutput
    self.needs = needs
    self.outcomes = outcomes
    self.failures = failures
  }
}
