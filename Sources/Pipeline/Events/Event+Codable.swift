extension Event: Codable {
  private enum Key: String, CodingKey {
    case type
  }

  package init(from decoder: any Decoder) throws {
    let kind = try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .type)
    self =
      switch kind {
      case .runStarted: .runStarted(try RunStartedEvent(from: decoder))
      case .runResumed: .runResumed(try RunResumedEvent(from: decoder))
      case .planChanged: .planChanged(try PlanChangedEvent(from: decoder))
      case .userChanged: .userChanged(try UserChangedEvent(from: decoder))
      case .decision: .decision(try DecisionEvent(from: decoder))
      case .fallback: .fallback(try FallbackEvent(from: decoder))
      case .shadow: .shadow(try ShadowEvent(from: decoder))
      case .consultation: .consultation(try ConsultationEvent(from: decoder))
      case .recovery: .recovery(try RecoveryEvent(from: decoder))
      case .comparison: .comparison(try ComparisonEvent(from: decoder))
      case .migration: .migration(try MigrationEvent(from: decoder))
      case .workflow: .workflow(try WorkflowEvent(from: decoder))
      case .route: .route(try RouteEvent(from: decoder))
      case .phaseStarted: .phaseStarted(try PhaseStartedEvent(from: decoder))
      case .phaseFinished: .phaseFinished(try PhaseFinishedEvent(from: decoder))
      case .modelRequest: .modelRequest(try ModelRequestEvent(from: decoder))
      case .modelResponse: .modelResponse(try ModelResponseEvent(from: decoder))
      case .toolCall: .toolCall(try ToolCallEvent(from: decoder))
      case .toolResult: .toolResult(try ToolResultEvent(from: decoder))
      case .toolRepair: .toolRepair(try ToolRepairEvent(from: decoder))
      case .checkFinished: .checkFinished(try CheckFinishedEvent(from: decoder))
      case .checkpointCreated: .checkpointCreated(try CheckpointCreatedEvent(from: decoder))
      case .checkpointRestored: .checkpointRestored(try CheckpointRestoredEvent(from: decoder))
      case .merge: .merge(try MergeEvent(from: decoder))
      case .taskChanged: .taskChanged(try TaskChangedEvent(from: decoder))
      case .budget: .budget(try BudgetEvent(from: decoder))
      case .question: .question(try QuestionEvent(from: decoder))
      case .answer: .answer(try AnswerEvent(from: decoder))
      case .warning: .warning(try MessageEvent(from: decoder))
      case .error: .error(try MessageEvent(from: decoder))
      case .result: .result(try ResultEvent(from: decoder))
      }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .type)
    try payload.encode(to: encoder)
  }

  private var payload: any Encodable {
    switch self {
    case .runStarted(let payload): payload
    case .runResumed(let payload): payload
    case .planChanged(let payload): payload
    case .userChanged(let payload): payload
    case .decision(let payload): payload
    case .fallback(let payload): payload
    case .shadow(let payload): payload
    case .consultation(let payload): payload
    case .recovery(let payload): payload
    case .comparison(let payload): payload
    case .migration(let payload): payload
    case .workflow(let payload): payload
    case .route(let payload): payload
    case .phaseStarted(let payload): payload
    case .phaseFinished(let payload): payload
    case .modelRequest(let payload): payload
    case .modelResponse(let payload): payload
    case .toolCall(let payload): payload
    case .toolResult(let payload): payload
    case .toolRepair(let payload): payload
    case .checkFinished(let payload): payload
    case .checkpointCreated(let payload): payload
    case .checkpointRestored(let payload): payload
    case .merge(let payload): payload
    case .taskChanged(let payload): payload
    case .budget(let payload): payload
    case .question(let payload): payload
    case .answer(let payload): payload
    case .warning(let payload): payload
    case .error(let payload): payload
    case .result(let payload): payload
    }
  }
}
