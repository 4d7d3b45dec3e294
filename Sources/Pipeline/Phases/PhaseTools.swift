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

  /// What a step asks of its model, whose prompt has these parts.
  private func demand(
    for phase: PhaseName,
    _ context: StepContext,
    sections: [PromptSection],
    instructions: String
  ) -> StepDemand {
    StepDemand(
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
  }

  /// The model that takes a step over, with all that was said so far; nil where none can.
  private func successor(for demand: inout StepDemand) async throws -> ModelSelection? {
    let journal = loop.journal
    demand.state = await journal.state
    let said = try await journal.store.transcript(of: demand.step.number).current
    if said.contains(where: { $0.message.role == .assistant }) {
      let bytes =
        TokenEstimator.bytes(of: said.map(\.message))
        + TokenEstimator.bytes(of: loop.registry.tools(for: demand.phase))
      demand.promptBytes = { bytes }
    }
    return try await selector.successor(for: demand)
  }

  /// Writes down how a model was chosen, before it is asked.
  private func note(_ selection: ModelSelection, for demand: StepDemand, after failed: String? = nil) async throws {
    guard let route = selection.route else { return }
    let (step, place) = (demand.step.number, selection.model.place)
    let taken = StepRoute(kind: route.kind, tier: route.tier, model: selection.model)
    let warning = failed.map { failed in
      let message = "Step \(step) goes on with '\(place)' instead of '\(failed)'."
      return Event.warning(MessageEvent(message: message, step: step, task: demand.task?.id))
    }
    try await loop.journal.commit([.stepRouted(step, taken)], [warning, .route(route)].compactMap(\.self))
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
    let demand = demand(for: phase, context, sections: sections, instructions: instructions)
    let selection = try await selector.selection(for: demand)
    try await note(selection, for: demand)
    return try await brief(by: selection, demand) { model in
      let registry = loop.registry.fitted(to: model)
      let names = Set(registry.tools(for: phase).map { $0.name })
      let system = system(for: phase, context, instructions, registry)
      let opening = try prompts.system(system)
      var prompt = Self.prompt(for: phase, context, role: model.role, names, sections)
      prompt.window = PromptWindow(
        model: model,
        systemBytes: opening.utf8.count,
        quotedBytes: system.quotedBytes,
        toolBytes: TokenEstimator.bytes(of: registry.tools(for: phase)),
        estimator: loop.meter.estimator
      )
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
  }

  /// The brief of a chosen model as `make` makes it, and those of the models that may take over.
  private func brief(
    by selection: ModelSelection,
    _ demand: StepDemand,
    _ make: @escaping @Sendable (PhaseModel) async throws -> StepBrief
  ) async throws -> StepBrief {
    var brief = try await make(selection.model)
    guard let replacement = selection.replacement else { return brief }
    brief.replacement = replacement
    brief.successor = { failure in
      var demand = demand
      demand.failed.insert(failure.model)
      guard let next = try await successor(for: &demand) else { return nil }
      try await note(next, for: demand, after: failure.model)
      return try await self.brief(by: next, demand, make)
    }
    return brief
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
