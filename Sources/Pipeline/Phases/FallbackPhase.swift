/// A phase that goes on with another model where its own gives no answer, with all that was said and done.
package struct FallbackPhase: Phase {
  private let phase: any Phase
  private let tools: PhaseTools

  /// Takes a phase with the tools that it was made with.
  package init(_ phase: any Phase, tools: PhaseTools) {
    self.phase = phase
    self.tools = tools
  }

  package func run(_ context: StepContext) async throws -> PhaseResult {
    var context = context
    while true {
      do {
        return try await phase.run(context)
      } catch let stop as StepStop {
        guard let step = try await replaceModel(context) else { throw stop }
        context = context.going(on: step)
      }
    }
  }

  /// Lets go of the model that has failed; nil where none has, or where no other could do better.
  private func replaceModel(_ context: StepContext) async throws -> OpenStep? {
    let journal = tools.loop.journal
    let number = context.step.number
    guard var step = await journal.state.openSteps.first(where: { $0.number == number }), let route = step.route,
      tools.selector.hasFailed(route.model.place), tools.selector.hasAnother(than: route.model.place, for: number)
    else { return nil }
    let message = "Step \(number) goes on with another model than '\(route.model.place)', which gave no answer."
    try await journal.commit(
      [.stepRouted(number, nil)],
      [.warning(MessageEvent(message: message, step: number, task: context.task?.id))]
    )
    step.route = nil
    return step
  }
}

extension StepContext {
  /// The same with the step as it is by now.
  fileprivate func going(on step: OpenStep) -> StepContext {
    StepContext(
      step: step,
      task: task,
      state: state,
      attempt: attempt,
      isRepeat: isRepeat,
      plan: plan,
      files: files
    )
  }
}
