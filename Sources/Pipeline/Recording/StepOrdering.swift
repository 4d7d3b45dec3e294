/// Whose work goes on, where several steps are under way at once.
///
/// It goes with the task, because whatever is recorded or learned on the way, in whichever layer, is that step's. So work
/// of a step stays in structured tasks; what left them would pass for the loop's.
package enum UnderwayStep {
  /// The number of the step; 0 for the loop, and wherever only one thing is done at a time.
  @TaskLocal package static var number = 0
}

/// Keeps steps that are under way at once to the order in which they once went on.
///
/// Of them and the loop one at a time goes on, up to where it waits for its turn, ends, or waits for the others.
package protocol StepOrdering: Sendable {
  /// The loop begins to have several steps under way.
  func open()

  /// A step is about to go on beside the others.
  func beginStep()

  /// Waits until what the current task's step does first comes next, if it does anything.
  func start() async

  /// Waits until what the current task's step does next is that it looks at what all share.
  ///
  /// Throws `CancellationError` where it no longer comes to that.
  func look() async throws

  /// The project is about to be captured: what the loop found in it by that is there before.
  func beforeCapture() async

  /// What keeps the loop from beginning a step, or a step from asking a model; nil where nothing does.
  func exhaustion() async -> BudgetExhausted?

  /// A step has done its work, or has failed.
  func endStep()

  /// The step whose end the loop takes in next; nil where it takes in that one has failed.
  var nextLanding: Int? { get }

  /// The loop waits for the end of a step.
  func park()

  /// An end has come that the loop waited for.
  func unpark()

  /// The loop takes in that the work of a step has ended.
  func land(_ step: Int) async

  /// The loop waits for all that is under way, and begins nothing more.
  func leave()

  /// Nothing is under way any more.
  func close()
}
