/// Everything that happens in a run, as the journal keeps it and `--json` prints it.
///
/// A case's payload is flat in the JSON object, beside `type`. A new optional member of a payload is no new version; a
/// renamed or removed one is, and needs a migration of `Event.version`.
package enum Event: Hashable, Sendable {
  case runStarted(RunStartedEvent)
  case runResumed(RunResumedEvent)
  case planChanged(PlanChangedEvent)
  case userChanged(UserChangedEvent)
  case decision(DecisionEvent)
  case fallback(FallbackEvent)
  case shadow(ShadowEvent)
  case consultation(ConsultationEvent)
  case recovery(RecoveryEvent)
  case comparison(ComparisonEvent)
  case migration(MigrationEvent)
  case workflow(WorkflowEvent)
  case route(RouteEvent)
  case phaseStarted(PhaseStartedEvent)
  case phaseFinished(PhaseFinishedEvent)
  case modelRequest(ModelRequestEvent)
  case modelResponse(ModelResponseEvent)
  case toolCall(ToolCallEvent)
  case toolResult(ToolResultEvent)
  case toolRepair(ToolRepairEvent)
  case checkFinished(CheckFinishedEvent)
  case checkpointCreated(CheckpointCreatedEvent)
  case checkpointRestored(CheckpointRestoredEvent)
  case merge(MergeEvent)
  case taskChanged(TaskChangedEvent)
  case budget(BudgetEvent)
  case question(QuestionEvent)
  case answer(AnswerEvent)
  case warning(MessageEvent)
  case error(MessageEvent)
  /// Always the last of a run.
  case result(ResultEvent)

  /// The version of the events' form, `v` in JSON.
  package static let version = 1

  /// The names of the events, as they reach disk and scripts.
  package enum Kind: String, CaseIterable, Codable, Sendable {
    case runStarted = "run.started"
    case runResumed = "run.resumed"
    case planChanged = "plan.changed"
    case userChanged = "user.changed"
    case decision
    case fallback
    case shadow
    case consultation
    case recovery
    case comparison
    case migration
    case workflow
    case route
    case phaseStarted = "phase.started"
    case phaseFinished = "phase.finished"
    case modelRequest = "model.request"
    case modelResponse = "model.response"
    case toolCall = "tool.call"
    case toolResult = "tool.result"
    case toolRepair = "tool.repair"
    case checkFinished = "check.finished"
    case checkpointCreated = "checkpoint.created"
    case checkpointRestored = "checkpoint.restored"
    case merge
    case taskChanged = "task.changed"
    case budget
    case question
    case answer
    case warning
    case error
    case result
  }

  package var kind: Kind {
    switch self {
    case .runStarted: .runStarted
    case .runResumed: .runResumed
    case .planChanged: .planChanged
    case .userChanged: .userChanged
    case .decision: .decision
    case .fallback: .fallback
    case .shadow: .shadow
    case .consultation: .consultation
    case .recovery: .recovery
    case .comparison: .comparison
    case .migration: .migration
    case .workflow: .workflow
    case .route: .route
    case .phaseStarted: .phaseStarted
    case .phaseFinished: .phaseFinished
    case .modelRequest: .modelRequest
    case .modelResponse: .modelResponse
    case .toolCall: .toolCall
    case .toolResult: .toolResult
    case .toolRepair: .toolRepair
    case .checkFinished: .checkFinished
    case .checkpointCreated: .checkpointCreated
    case .checkpointRestored: .checkpointRestored
    case .merge: .merge
    case .taskChanged: .taskChanged
    case .budget: .budget
    case .question: .question
    case .answer: .answer
    case .warning: .warning
    case .error: .error
    case .result: .result
    }
  }
}
