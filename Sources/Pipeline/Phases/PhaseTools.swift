import SourceControl

/// What all phases share: the agent loop, the models, the prompts and the checks.
package struct PhaseTools: Sendable {
  package let loop: AgentLoop
  package let prompts: any PromptProvider
  package let selector: any ModelSelector
  package let checks: CheckService
  package let project: any ProjectScanning

  package init(
    loop: AgentLoop,
    prompts: any PromptProvider,
    selector: any ModelSelector,
    checks: CheckService,
    project: any ProjectScanning
  ) {
    self.loop = loop
    self.prompts = prompts
    self.selector = selector
    self.checks = checks
    self.project = project
  }

  /// The model for a step whose prompt has these parts; how it was chosen is journalled before it is asked.
  private func model(
    for phase: PhaseName,
    _ context: StepContext,
    sections: [PromptSection],
    instructions: String
  ) async throws -> PhaseModel {
    let selection = try await selector.selection(
      for: StepDemand(
        step: context.step,
        phase: phase,
        task: context.task,
        state: context.state,
        estimator: loop.meter.estimator
      ) {
        let tools = loop.registry.tools(for: phase)
        let system = try prompts.system(self.system(for: phase, context, instructions, loop.registry))
        let names = Set(tools.map { $0.name })
        let request = try prompts.request(Self.prompt(for: phase, context, role: "", names, sections)).text
        return TokenEstimator.bytes(of: [.system(system), .user(request)]) + TokenEstimator.bytes(of: tools)
      }
    )
    guard let route = selection.route else { return selection.model }
    let taken = StepRoute(kind: route.kind, tier: route.tier, model: selection.model)
    try await loop.journal.commit([.stepRouted(context.step.number, taken)], [.route(route)])
    return selection.model
  }

  /// Makes the brief of a step: the conversation's beginning, and what its tools may do.
  func brief(
    _ phase: PhaseName,
    _ context: StepContext,
    sections: [PromptSection],
    shown: [ProjectPath: ObjectID],
    writable: WritePolicy = .nothing,
    reviewed: [ProjectPath] = []
  ) async throws -> StepBrief {
    let instructions = try await text(of: "AGENTS.md") ?? ""
    let model = try await model(for: phase, context, sections: sections, instructions: instructions)
    let registry = loop.registry.fitted(to: model)
    let names = Set(registry.tools(for: phase).map { $0.name })
    let opening = try prompts.system(system(for: phase, context, instructions, registry))
    var prompt = Self.prompt(for: phase, context, role: model.role, names, sections)
    prompt.window = PromptWindow(model: model, systemBytes: opening.utf8.count, estimator: loop.meter.estimator)
    let request = try prompts.request(prompt)
    let step = context.step.number
    let checks = self.checks
    let mayRunChecks = names.contains("run_check")
    let definitions = mayRunChecks || context.task != nil ? try await checks.definitions() : []
    return StepBrief(
      step: step,
      phase: phase,
      task: context.task?.id,
      model: model,
      line: prompt.line,
      opening: [
        TranscriptEntry(.system(opening)),
        TranscriptEntry(.user(request.text), shown: shown.filter { !request.leftOut.contains($0.key) }),
      ],
      notes: request.notes,
      writable: writable,
      reviewed: reviewed,
      checks: mayRunChecks ? definitions.map { $0.name } : [],
      checkFiles: CheckFiles(definitions),
      runCheck: { name in
        try await checks.run(named: name, step: step)?.report() ?? "There is no check '\(name)' any more."
      }
    )
  }

  private func system(
    for phase: PhaseName,
    _ context: StepContext,
    _ instructions: String,
    _ registry: ToolRegistry
  ) -> SystemPrompt {
    SystemPrompt(
      phase: phase,
      tools: registry.promptText(for: phase),
      toolNames: Set(registry.tools(for: phase).map { $0.name }),
      instructions: instructions,
      plan: context.plan
    )
  }

  private static func prompt(
    for phase: PhaseName,
    _ context: StepContext,
    role: String,
    _ names: Set<String>,
    _ sections: [PromptSection]
  ) -> StepPrompt {
    StepPrompt(
      phase: phase,
      task: context.task?.id,
      role: role,
      attempt: context.attempt,
      toolNames: names,
      sections: sections + [PromptSection("Advice", context.step.decision.guidance ?? "")] + notice(context),
      record: context.task
    )
  }

  private static func notice(_ context: StepContext) -> [PromptSection] {
    guard context.isRepeat else { return [] }
    return [
      PromptSection(
        "Notice",
        "The same was tried before, and nothing in the project has changed since. Do something different this time.",
        .essential
      )
    ]
  }

  private func text(of name: String) async throws -> String? {
    guard let path = try? ProjectPath(name), let bytes = try await project.contents(of: path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
