package import SourceControl

/// One change of the state; the only vocabulary in which it is written.
package enum StateChange: Sendable {
  // The run.
  case runStarted(RunRecord)
  case runContinued(RunLimits, mode: String, handling: [String: ModelHandling])
  case runEnded(RunOutcome, message: String, tree: ObjectID?)
  case spent(Spending)
  /// Spent from the reserve of the decision maker, which is no part of the run's own budget.
  case reserveSpent(Spending)
  case charged(ModelCharge)
  /// So many more tasks, or fewer, were accepted in the run.
  case acceptedCounted(Int)

  // Plan and tasks.
  case planAdopted(PlanRecord)
  case taskAdded(TaskRecord, attempts: Int)
  /// A task whose status stays as it is.
  case taskUpdated(TaskRecord)
  /// An event that happened to a task: the only way to another status.
  case taskMoved(TaskID, TaskEvent)
  case attemptDrawn(TaskID)
  case attemptsGranted(TaskID, Int)
  case overContextCounted(TaskID)
  case askedAbout(TaskID)
  /// The files of a task were brought back by decision.
  case restored(TaskID)
  /// A coding or debugging step ended; the task is given where it failed.
  case workEnded(failed: TaskID?)
  case planningTried
  /// Drops plan, tasks and open steps, so that planning begins anew.
  case workAbandoned

  // Steps.
  case stepOpened(OpenStep)
  case intentNoted(step: Int, ChangeIntent?)
  /// Files of the project are about to get what the step's task made of them, or none is any more.
  case mergeNoted(step: Int, [FileOrigin]?)
  case transcriptAppended(step: Int, [TranscriptEntry])
  /// The result of a step is applied, and the step counts as one more of its kind on its progress.
  case stepClosed(Int)
  case stepRouted(Int, StepRoute)
  case documentationTried(step: Int)

  // What is learned of models.
  /// A task of the kind succeeded or failed with a model of the tier.
  case outcomeCounted(kind: String, ModelTier, succeeded: Bool)
  /// What was counted before counts so many percent.
  case outcomesAged(keeping: Int)
  /// A step on the task failed for its model's doing.
  case failureCounted(TaskID, isReview: Bool)

  // Questions.
  case questionAsked(Question)
  case questionAnswered(QuestionID, String)
  case questionClosed(QuestionID)

  // What was found.
  case checksRan([String: CheckResult.Status])
  case checksApproved([String: CheckResult.Status])
  case byProductsFound(Set<ProjectPath>)
  /// A task is to work on them, or has.
  case byProductsEnded(Set<ProjectPath>)
  case filesKnown([ProjectPath: ObjectID?])
  case blobKept(ObjectID, [UInt8])
  case tokensCalibrated(TokenEstimator)

  // Rollbacks.
  /// Files are about to be brought back; from here on somebody has to end it.
  case rollbackBegun(RollbackRecord)
  case rollbackEnded(Int)
  /// What a rollback had done was taken back, as if it had never begun.
  case rollbackAbandoned(Int)
  case projectionReplaced(Projection)
}

extension StateChange {
  /// A row of the database that this change writes whole, and nothing else.
  enum Row: Hashable {
    case run
    case task(TaskID)
  }

  /// The row that a change only brings up to date.
  var rewrittenRow: Row? {
    switch self {
    case .spent, .reserveSpent, .acceptedCounted: .run
    case .taskUpdated(let task): .task(task.id)
    case .taskMoved(let id, _): .task(id)
    default: nil
    }
  }
}
