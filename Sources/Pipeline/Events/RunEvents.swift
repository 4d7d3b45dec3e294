package import SourceControl

/// A run began.
package struct RunStartedEvent: Hashable, Codable, Sendable {
  package var mode: String
  /// Where the mode was set.
  package var modeOrigin: String
  package var limits: RunLimits
  /// The model of each phase, as `name@server`.
  package var models: [String: String]
  /// What is special about how models are treated, by `name@server`; nil where nothing is.
  package var handling: [String: ModelHandling]?
  package var sandbox: String
  package var project: String
  /// How many tasks are worked on at once, each in a worktree; nil for one, in the project.
  package var jobs: Int?

  package init(
    mode: String,
    modeOrigin: String,
    limits: RunLimits,
    models: [String: String],
    handling: [String: ModelHandling] = [:],
    sandbox: String,
    project: String,
    jobs: Int? = nil
  ) {
    self.mode = mode
    self.modeOrigin = modeOrigin
    self.limits = limits
    self.models = models
    self.handling = handling.isEmpty ? nil : handling
    self.sandbox = sandbox
    self.project = project
    self.jobs = jobs
  }

  private enum CodingKeys: String, CodingKey {
    case mode
    case modeOrigin = "mode_origin"
    case limits
    case models
    case handling
    case sandbox
    case project
    case jobs
  }
}

/// An interrupted run went on.
package struct RunResumedEvent: Hashable, Codable, Sendable {
  package var mode: String
  package var modeOrigin: String
  /// The mode until here, where it was another; nil in old events.
  package var previousMode: String?
  package var limits: RunLimits
  /// How it had ended; nil where it was killed.
  package var previous: RunOutcome?
  /// The open step that goes on.
  package var step: Int?
  /// The model of each phase from here on, as `name@server`.
  package var models: [String: String]
  /// What is special about how models are treated, by `name@server`; nil where nothing is.
  package var handling: [String: ModelHandling]?
  package var sandbox: String
  /// How many tasks are worked on at once from here on; nil for one, in the project.
  package var jobs: Int?

  package init(
    mode: String,
    modeOrigin: String,
    limits: RunLimits,
    previousMode: String? = nil,
    previous: RunOutcome? = nil,
    step: Int? = nil,
    models: [String: String] = [:],
    handling: [String: ModelHandling] = [:],
    sandbox: String,
    jobs: Int? = nil
  ) {
    self.mode = mode
    self.modeOrigin = modeOrigin
    self.previousMode = previousMode
    self.limits = limits
    self.previous = previous
    self.step = step
    self.models = models
    self.handling = handling.isEmpty ? nil : handling
    self.sandbox = sandbox
    self.jobs = jobs
  }

  private enum CodingKeys: String, CodingKey {
    case mode
    case modeOrigin = "mode_origin"
    case previousMode = "previous_mode"
    case limits
    case previous
    case step
    case models
    case handling
    case sandbox
    case jobs
  }
}

/// Files changed that no step of ours changed.
package struct UserChangedEvent: Hashable, Codable, Sendable {
  package var paths: [ProjectPath]

  package init(paths: [ProjectPath]) {
    self.paths = paths
  }
}

/// A budget is spent, or a part of it.
package struct BudgetEvent: Hashable, Codable, Sendable {
  package var kind: String
  package var spent: Double
  package var limit: Double
  package var message: String
  /// The part that is spent, in percent; nil where it is all.
  package var percent: Int?

  package init(kind: String, spent: Double, limit: Double, message: String, percent: Int? = nil) {
    self.percent = percent
    self.kind = kind
    self.spent = spent
    self.limit = limit
    self.message = message
  }

  /// Only seconds come in parts; calls, tokens and micro-dollars are written as whole numbers.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    for (value, key) in [(spent, CodingKeys.spent), (limit, .limit)] {
      if let whole = Int(exactly: value), kind != BudgetExhausted.Kind.time.rawValue {
        try container.encode(whole, forKey: key)
      } else {
        try container.encode(value, forKey: key)
      }
    }
    try container.encode(message, forKey: .message)
    try container.encodeIfPresent(percent, forKey: .percent)
  }
}

/// A task waits for the user.
package struct QuestionEvent: Hashable, Codable, Sendable {
  package var id: QuestionID
  package var task: TaskID?
  package var text: String

  package init(id: QuestionID, task: TaskID? = nil, text: String) {
    self.id = id
    self.task = task
    self.text = text
  }
}

/// The user answered.
package struct AnswerEvent: Hashable, Codable, Sendable {
  package var id: QuestionID
  package var task: TaskID?
  package var text: String

  package init(id: QuestionID, task: TaskID? = nil, text: String) {
    self.id = id
    self.task = task
    self.text = text
  }
}

/// Something that the user should know.
package struct MessageEvent: Hashable, Codable, Sendable {
  package var message: String
  package var step: Int?
  package var task: TaskID?
  /// Set where a call of a model failed and is made again; what it says came from outside.
  package var isRetry: Bool?
  /// The model whose call came to nothing, as `name@server`; nil where the warning is of something else.
  package var model: String?

  package init(
    message: String,
    step: Int? = nil,
    task: TaskID? = nil,
    isRetry: Bool? = nil,
    model: String? = nil
  ) {
    self.message = message
    self.step = step
    self.task = task
    self.isRetry = isRetry
    self.model = model
  }

  private enum CodingKeys: String, CodingKey {
    case message
    case step
    case task
    case model
    case isRetry = "retry"
  }
}
