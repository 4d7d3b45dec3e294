/// One kind of work that a step can do.
package protocol Phase: Sendable {
  /// Does the work of one step.
  ///
  /// What the work came to is a result, good or bad; a `StepStop` ends the run and leaves the step open.
  func run(_ context: StepContext) async throws -> PhaseResult
}

/// What a phase knows of its step.
package struct StepContext: Sendable {
  package let step: OpenStep
  package let task: TaskRecord?
  package let state: PipelineState
  /// From 1; how many attempts at the task this one makes.
  package let attempt: Int
  /// Set where the same decision was already carried out on the same progress.
  package let isRepeat: Bool
  /// The content of MASTER_PLAN.md.
  package let plan: String
  /// What the project held when the step began.
  package let files: ProjectListing

  package init(
    step: OpenStep,
    task: TaskRecord?,
    state: PipelineState,
    attempt: Int,
    isRepeat: Bool,
    plan: String,
    files: ProjectListing
  ) {
    self.step = step
    self.task = task
    self.state = state
    self.attempt = attempt
    self.isRepeat = isRepeat
    self.plan = plan
    self.files = files
  }
}

/// What a step came to.
package enum PhaseResult: Hashable, Sendable {
  case planned([PlannedTask])
  case planningFailed(String)
  /// The task was worked on: it changed something, or nothing was needed.
  case worked(summary: String)
  case fruitless(String)
  /// Nothing came of the work, because no answer of the model could be used.
  case unusable(String)
  case approved(Approval, checks: [String: CheckResult.Status])
  case rejected([ReviewIssue], report: String)
  case noVerdict(String)
  /// The project and the task have changed the same; the text shows both sides.
  case conflict(String)
  case documented(String)
  case documentationFailed(String)
  case asked(String)
  case overContext(String)

  /// What the step failed of; nil where it did not, or where it is no work on a task.
  package var failure: FailureKind? {
    switch self {
    case .fruitless: .noWork
    case .unusable: .badCalls
    case .rejected(let issues, _): issues.isEmpty ? .failingCheck : .reviewIssues
    case .noVerdict: .noVerdict
    case .conflict: .mergeConflict
    case .overContext: .overContext
    case .planned, .planningFailed, .worked, .approved, .documented, .documentationFailed, .asked: nil
    }
  }

  /// The result in one word, as the journal has it.
  package func word(in phase: PhaseName) -> String {
    switch self {
    case .planned: "planned"
    case .planningFailed, .documentationFailed: "failed"
    case .worked: phase == .debugging ? "fixed" : "coded"
    case .fruitless, .unusable: "failed"
    case .approved: "approved"
    case .rejected: "rejected"
    case .noVerdict: "no verdict"
    case .conflict: "conflict"
    case .documented: "documented"
    case .asked: "asked"
    case .overContext: "over context"
    }
  }

  /// The word of a step that was ended because the plan had changed.
  package static let droppedWord = "dropped"

  /// The words of results that a step on a task failed with.
  package static let failureWords: Set<String> = ["failed", "rejected", "no verdict", "conflict", "over context"]

  /// Why, as one or more sentences.
  package var reason: String {
    switch self {
    case .planned(let tasks): "The plan has \(tasks.count) \(tasks.count == 1 ? "task" : "tasks")."
    case .approved(let approval, let checks): Self.words(approval, checks)
    case .rejected(_, let report): report
    case .planningFailed(let text), .worked(let text), .fruitless(let text), .unusable(let text), .noVerdict(let text),
      .conflict(let text), .documented(let text), .documentationFailed(let text), .asked(let text),
      .overContext(let text):
      text
    }
  }

  private static func words(_ approval: Approval, _ checks: [String: CheckResult.Status]) -> String {
    guard approval.isVerified else {
      let why = checks.isEmpty ? "there is no check" : "no check proves anything"
      return "Every reviewed path was approved, but \(why)."
    }
    return approval.isSelfJudged
      ? "Every reviewed path was approved, and what the task made itself for a check passes."
      : "The checks hold and every reviewed path was approved."
  }
}

/// What ends a run in the middle of a step; the step stays open and goes on with the next `run`.
package enum StepStop: Error, Sendable {
  case unavailable(String)
  case configuration(String)
  case environment(String)
  case conflict(String)
  case budget(BudgetExhausted)
}
