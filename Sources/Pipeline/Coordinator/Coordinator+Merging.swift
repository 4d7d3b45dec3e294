import SourceControl

extension Coordinator {
  /// What joining a reviewed task with the project has come to.
  enum Joined: Sendable {
    /// The result of the step, with what files of the project hold since.
    case result(PhaseResult, [ProjectPath: ObjectID?])
    /// The checks have to run again, on what the project's changes since made of the worktree.
    case again(Job)
    /// The step stays open.
    case open
  }

  /// How often a merge is tried while somebody else keeps changing the project.
  private static let mergeTries = 3

  /// Puts what was approved in a worktree into the project; any other result stays as it is.
  ///
  /// What the project became since the review is merged first. A merge without conflicts may still be wrong, so that the
  /// checks run on it before it counts; what is in the project at the end has passed them as it is.
  func join(_ job: Job, _ finding: Job.Finding) async throws -> Joined {
    switch finding {
    case .result(.approved(let approval, let checks)) where !job.isInProject:
      guard let task = await journal.state.openTask(of: job.step) else { return .result(.noVerdict(""), [:]) }
      guard try await content(of: task, in: job.place) == approval.content else {
        return .result(.noVerdict("The files changed during their review."), [:])
      }
      return try await merge(job, approval, checks)
    case .result(let result):
      return .result(result, [:])
    case .exhausted:
      return .open
    case .checked(var approval, let results):
      guard let id = job.task else { preconditionFailure("Only tasks are reviewed.") }
      let failures = results.filter { CheckService.counts($0, against: id, in: job.state) }
      guard failures.isEmpty else {
        let reports = failures.map { $0.report() }.joined(separator: "\n\n")
        let report = "With what has changed in the project meanwhile, the checks fail.\n\n\(reports)"
        return .result(.rejected([], report: report), [:])
      }
      approval.isVerified = results.contains { $0.status == .passed }
      return try await merge(job, approval, Dictionary(results.map { ($0.name, $0.status) }) { $1 })
    }
  }

  private func merge(
    _ job: Job,
    _ approval: Approval,
    _ checks: [String: CheckResult.Status]
  ) async throws -> Joined {
    guard let lanes, let id = job.task else { preconditionFailure("Worktrees are those of tasks.") }
    for _ in 0..<Self.mergeTries {
      guard let task = await journal.state.task(id) else { break }
      var approval = approval
      approval.content = try await content(of: task, in: job.place)
      // What the user has changed is merged too.
      try await lookAgain()
      switch try await lanes.merge(id, step: job.step.number) {
      case .done(let known): return .result(.approved(approval, checks: checks), known)
      case .refused(let reason): return .result(.rejected([], report: reason), [:])
      case .moved: break
      }
      switch try await lanes.bringUpToDate(id, step: job.step.number) {
      case .conflict(let report):
        return .result(.conflict(report), [:])
      case .merged:
        var again = job
        again.work = .checks(approval)
        again.state = await journal.state
        return .again(again)
      case .none:
        break
      }
    }
    return .result(.noVerdict("The project was changed again and again while '\(id)' was to be merged."), [:])
  }

  /// What the reviewed files of a task hold in a place.
  private func content(of task: TaskRecord, in place: Workplace) async throws -> ObjectID {
    let (state, paths) = (await journal.state, task.reviewedPaths)
    let files = try await place.project.listing(for: state, inProject: false, including: paths).files
    return try ReviewVerdict.contentID(of: paths, in: files)
  }
}
