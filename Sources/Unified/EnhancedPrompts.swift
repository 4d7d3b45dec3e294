package import Orchestration
package import Pipeline

/// The prompts of the orchestrated mode: those of the traditional one, made for the task and the model at hand.
///
/// The system prompt stays byte for byte that of `Prompts`, and so does a request without a task. What is added stands
/// behind all that stays the same, so that servers find the beginning of a prompt in their cache.
package struct EnhancedPrompts: PromptProvider {
  private let base: Prompts
  private let builder: DynamicPromptBuilder
  private let failures: RecentFailures
  private let phases: Set<PhaseName>

  /// Takes the failures of the run as they come, which must be among the sinks of its journal.
  ///
  /// The prompts of other phases than `phases` are the plain ones.
  package init(
    failures: RecentFailures,
    phases: Set<PhaseName> = Set(PhaseName.allCases),
    base: Prompts = Prompts()
  ) {
    self.base = base
    self.failures = failures
    self.phases = phases
    builder = DynamicPromptBuilder(prompts: base)
  }

  package func system(_ prompt: SystemPrompt) throws -> String {
    try base.system(prompt)
  }

  package func request(_ prompt: StepPrompt) throws -> StepRequest {
    guard phases.contains(prompt.phase), let task = prompt.task else { return try base.request(prompt) }
    let recent = failures.failures(of: task, in: prompt.phase)
    return try builder.prompt(for: prompt, failures: recent).noted
  }
}
