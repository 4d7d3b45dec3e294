/// When a model that gives no answer gives way to another.
///
/// It goes with the task of the step that asks, because nobody between the step and the server has to know of it.
package struct ModelReplacement: Sendable {
  /// The rule for the model that is being asked; nil where no other can take its place.
  @TaskLocal package static var current: ModelReplacement?

  /// As `name@server`.
  private let model: String
  private let patience: Duration
  private let isPossible: @Sendable (ModelError) -> Bool

  /// Takes the model, how long its failure may last, and whether there could be another after such a failure.
  package init(of model: String, patience: Duration, isPossible: @escaping @Sendable (ModelError) -> Bool) {
    self.model = model
    self.patience = patience
    self.isPossible = isPossible
  }

  /// How much longer a model may fail that has failed for `time` and now again; nil where nobody else could answer.
  package func timeLeft(_ request: ModelRequest, after time: Duration, _ error: ModelError) -> Duration? {
    guard request.place == model, isPossible(error) else { return nil }
    // What did not load in all that time takes as long again.
    if case .timeout(.load, _, _) = error { return .zero }
    return max(.zero, patience - time)
  }
}
