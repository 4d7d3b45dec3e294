import Orchestration
import Pipeline

/// Makes the places in which a run's steps are carried out, all with the same tools.
struct Workbench: Sendable {
  let parts: RunParts
  let configuration: Configuration
  let environment: [String: String]
  let ledger: BudgetLedger
  let meter: TokenMeter
  let selector: any ModelSelector
  let interpreter: (any CallInterpreter)?
  let search: any LineSearching
  let progress: @Sendable (StreamProgress) -> Void

  /// The project itself.
  func project(_ client: UnifiedModelClient) -> Workplace {
    place(parts.workspace, parts.scanner, seenAs: parts.place, client, isInProject: true)
  }

  /// A worktree of the project, which checks in a sandbox see as the project.
  func worktree(_ files: Workspace, _ client: UnifiedModelClient, _ tally: SpendingTally) -> Workplace {
    place(
      files,
      ProjectScanner(workspace: files),
      seenAs: parts.place ?? parts.workspace.root,
      client,
      isInProject: false,
      spending: tally
    )
  }

  private func runner(of files: Workspace, seenAs place: String?) -> any CheckRunning {
    if let checks = parts.checks { return checks(files.root) }
    let runner = CheckRunner(
      project: files.root,
      seenAs: place,
      configuration: configuration,
      environment: environment,
      sandbox: parts.sandbox
    )
    return TimedChecks(checks: runner, ledger: ledger, journal: parts.journal)
  }

  private func place(
    _ files: Workspace,
    _ scanner: any ProjectScanning,
    seenAs place: String?,
    _ client: UnifiedModelClient,
    isInProject: Bool,
    spending: SpendingTally? = nil
  ) -> Workplace {
    let checks = CheckService(
      runner: runner(of: files, seenAs: place),
      project: scanner,
      copies: parts.copies?(files.root) ?? ProjectCopies(project: files.root),
      journal: parts.journal,
      isInProject: isInProject
    )
    let limits = configuration.limits
    let loop = AgentLoop(
      client: client,
      meter: meter,
      reducer: ContextReducer(),
      registry: limits.planTasks == PlanTasksHandler.usualTasks ? .standard : .standard(planTasks: limits.planTasks),
      workspace: files,
      isInProject: isInProject,
      journal: parts.journal,
      limits: StepLimits(
        modelCalls: limits.stepModelCalls,
        malformedInARow: limits.malformedInARow,
        readsInARow: limits.readsInARow,
        serverPatience: limits.serverPatience
      ),
      interpreter: interpreter,
      search: search,
      gate: parts.gate,
      progress: progress
    )
    let tools = PhaseTools(
      loop: loop,
      prompts: parts.prompts,
      selector: selector,
      checks: checks,
      project: scanner
    )
    let phases: [PhaseName: any Phase] = [
      .planning: PlanningPhase(tools: tools),
      .coding: WorkPhase(.coding, tools: tools),
      .qa: QAPhase(tools: tools),
      .debugging: WorkPhase(.debugging, tools: tools),
      .documentation: DocumentationPhase(tools: tools),
    ]
    return Workplace(phases: phases, checks: checks, project: scanner, spending: spending)
  }
}
