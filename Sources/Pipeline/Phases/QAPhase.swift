import SourceControl

/// Reviews a task: the project's own checks first, and a model only where they hold.
package struct QAPhase: Phase {
  private let tools: PhaseTools

  package init(tools: PhaseTools) {
    self.tools = tools
  }

  package func run(_ context: StepContext) async throws -> PhaseResult {
    guard let task = context.task else { preconditionFailure("A review is always one of a task.") }
    if let missing = try await missingTargets(task, context.files.files) { return .rejected([], report: missing) }
    let results = try await tools.checks.runAll(step: context.step.number, judging: task.id)
    if let report = Self.failures(results, task.id, context.state) { return .rejected([], report: report) }
    // Checks may have changed files; what is reviewed is what is there now.
    let files = try await tools.project.listing(
      for: tools.loop.journal.state,
      inProject: tools.loop.isInProject,
      including: task.reviewedPaths
    ).files
    if let missing = try await missingTargets(task, files) { return .rejected([], report: missing) }
    let changes = EvidenceChanges(of: [task], in: files, CheckFiles(try await tools.checks.definitions()))
    let trial = try await tools.checks.trial(of: changes, after: results, step: context.step.number, judging: task.id)
    if let report = trial.report { return .rejected([], report: report) }
    let isSelfJudged = task.targets.contains { TestFiles.isTest($0.description) } || trial.isSelfMade
    return try await review(task, context, results, isSelfJudged, current: files)
  }

  private func missingTargets(_ task: TaskRecord, _ files: [ProjectPath: ObjectID]) async throws -> String? {
    let missing = try await absent(task.targets, of: task, in: files)
    guard !missing.isEmpty else { return nil }
    return "The task was to change \(missing.map { "'\($0)'" }.joined(separator: ", ")), which does not exist."
  }

  /// The files among some that are not there, though the task did not delete them.
  private func absent(
    _ paths: [ProjectPath],
    of task: TaskRecord,
    in files: [ProjectPath: ObjectID]
  ) async throws -> [ProjectPath] {
    let deleted = Set(task.origins.filter { $0.left == nil }.map(\.path))
    var absent: [ProjectPath] = []
    for path in paths where files[path] == nil && !deleted.contains(path) {
      // What is ignored is in no listing.
      if try await tools.project.contents(of: path) == nil { absent.append(path) }
    }
    return absent
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
      PromptSection("Paths under review", files: try await files.filesOfTask(task)),
      PromptSection("Checks", results.map { $0.report(tailBytes: 2000) }.joined(separator: "\n"), .helpful),
      PromptSection("What was said by who worked on it", task.summary ?? "", .helpful),
    ]
    let brief = try await tools.brief(.qa, context, sections: sections, shown: files.shown, reviewed: paths)
    let absent = try await absent(paths, of: task, in: current)
    var verdict = ReviewVerdict(paths: paths)
    let end = try await tools.loop.run(brief, needsCall: true) { effect, seen in
      switch effect {
      case .approval(let path, _):
        if absent.contains(path) {
          return .refuse("There is no file '\(path)', and the task did not delete it. Report that as an issue.")
        }
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
