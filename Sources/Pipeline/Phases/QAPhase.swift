import SourceControl

/// Reviews a task: the project's own checks first, and a model only where they hold.
package struct QAPhase: Phase {
  private let tools: PhaseTools

  package init(tools: PhaseTools) {
    self.tools = tools
  }

  package func run(_ context: StepContext) async throws -> PhaseResult {
    guard let task = context.task else { preconditionFailure("A review is always one of a task.") }
    if let missing = missingTargets(task, context.files) { return .rejected([], report: missing) }
    let results = try await tools.checks.runAll(step: context.step.number, judging: task.id)
    if let report = Self.failures(results, task.id, context.state) { return .rejected([], report: report) }
    // Checks may have changed files; what is reviewed is what is there now.
    let files = try await tools.project.listing(excluding: tools.loop.journal.state.byProducts).files
    let changes = EvidenceChanges(of: [task], in: files, CheckFiles(try await tools.checks.definitions()))
    let trial = try await tools.checks.trial(of: changes, after: results, step: context.step.number, judging: task.id)
    if let report = trial.report { return .rejected([], report: report) }
    let isSelfJudged = task.targets.contains { TestFiles.isTest($0.description) } || trial.isSelfMade
    return try await review(task, context, results, isSelfJudged, current: files)
  }

  private func missingTargets(_ task: TaskRecord, _ files: ProjectListing) -> String? {
    let touched = Set(task.origins.map { $0.path })
    let missing = task.targets.filter { files.files[$0] == nil && !touched.contains($0) }
    guard !missing.isEmpty else { return nil }
    return "The task was to change \(missing.map { "'\($0)'" }.joined(separator: ", ")), which does not exist."
  }

  private static func failures(_ results: [CheckResult], _ task: TaskID, _ state: PipelineState) -> String? {
    let counted = results.filter { CheckService.counts($0, against: task, in: state) }
    return counted.isEmpty ? nil : counted.map { $0.report() }.joined(separator: "\n\n")
  }

  private func review(
    _ task: TaskRecord,
    _ context: StepContext,
    _ results: [CheckResult],
    _ isSelfJudged: Bool,
    current: [ProjectPath: ObjectID]
  ) async throws -> PhaseResult {
    let paths = task.reviewedPaths
    var files = FileSections(workspace: tools.loop.workspace)
    let sections = [
      PromptSection("Task \(task.id)", task.description, .essential),
      PromptSection("Paths under review", files: await files.files(paths)),
      PromptSection("Checks", results.map { $0.report(tailBytes: 2000) }.joined(separator: "\n"), .helpful),
      PromptSection("What was said by who worked on it", task.summary ?? "", .helpful),
    ]
    let brief = try await tools.brief(.qa, context, sections: sections, shown: files.shown, reviewed: paths)
    var verdict = ReviewVerdict(paths: paths)
    let end = try await tools.loop.run(brief, needsCall: true) { effect, seen in
      switch effect {
      case .approval(let path, _):
        if let id = current[path], seen[path] != id {
          return .refuse("'\(path)' was not shown in this review as it is now. Read it, then judge it.")
        }
        verdict.approve(path)
      case .issue(let issue):
        verdict.report(issue)
      default:
        break
      }
      return verdict.isComplete ? .stopAfterAnswer : .proceed
    }
    if case .overContext(let reason) = end { return .overContext(reason) }
    if !verdict.issues.isEmpty {
      let count = verdict.issues.count
      return .rejected(verdict.issues, report: "The review reported \(count) \(count == 1 ? "issue" : "issues").")
    }
    guard verdict.isComplete else { return .noVerdict("The review gave no verdict on every path. \(end.reason)") }
    let approval = Approval(
      content: try ReviewVerdict.contentID(of: paths, in: current),
      isVerified: results.contains { $0.status == .passed },
      isSelfJudged: isSelfJudged
    )
    return .approved(approval, checks: Dictionary(results.map { ($0.name, $0.status) }) { $1 })
  }
}
