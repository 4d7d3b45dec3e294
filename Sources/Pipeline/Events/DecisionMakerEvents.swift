/// What comes next, and what else could have.
package struct DecisionEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var action: Action
  package var maker: String
  package var reason: String
  package var legal: [Action]
  package var progress: String
  /// How often this was done before on the same progress.
  package var repeats: Int
  /// What the rules would have chosen.
  package var rules: Action?
  /// The advice that goes with the step.
  package var guidance: String?
  /// What became of the advice that was got for it; nil where there was none.
  package var advice: [AdviceUse]?

  package init(
    step: Int,
    action: Action,
    maker: String,
    reason: String,
    legal: [Action],
    progress: String,
    repeats: Int,
    rules: Action? = nil,
    guidance: String? = nil,
    advice: [AdviceUse]? = nil
  ) {
    self.step = step
    self.action = action
    self.maker = maker
    self.reason = reason
    self.legal = legal
    self.progress = progress
    self.repeats = repeats
    self.rules = rules
    self.guidance = guidance
    self.advice = advice
  }
}

/// The decision maker came to nothing, and the rules decided.
package struct FallbackEvent: Hashable, Codable, Sendable {
  package var step: Int
  package var reason: String
  /// What the rules chose.
  package var action: Action

  package init(step: Int, reason: String, action: Action) {
    self.step = step
    self.reason = reason
    self.action = action
  }
}

/// What a decision maker would have chosen that is asked and not obeyed.
package struct ShadowEvent: Hashable, Codable, Sendable {
  package var step: Int
  /// Nil where it came to nothing.
  package var action: Action?
  package var maker: String
  package var reason: String

  package init(step: Int, action: Action?, maker: String, reason: String) {
    self.step = step
    self.action = action
    self.maker = maker
    self.reason = reason
  }
}

/// The decision maker consulted somebody.
package struct ConsultationEvent: Hashable, Codable, Sendable {
  /// The step that is being decided on.
  package var step: Int
  package var role: String
  package var query: String
  package var context: String
  /// The progress on which it was asked.
  package var progress: String
  package var answer: String?
  package var error: String?
  /// Whether the answer is one that was given before.
  package var isRepeated: Bool
  /// Of what the last step failed, where that was to be analysed; nil where the decision maker asked of itself.
  package var failure: FailureKind?

  package init(
    step: Int,
    role: String,
    query: String,
    context: String,
    progress: String,
    answer: String? = nil,
    error: String? = nil,
    isRepeated: Bool = false,
    failure: FailureKind? = nil
  ) {
    self.step = step
    self.role = role
    self.query = query
    self.context = context
    self.progress = progress
    self.answer = answer
    self.error = error
    self.isRepeated = isRepeated
    self.failure = failure
  }

  private enum CodingKeys: String, CodingKey {
    case step, role, query, context, progress, answer, error, failure
    case isRepeated = "is_repeated"
  }
}

/// A task that had failed is done.
package struct RecoveryEvent: Hashable, Codable, Sendable {
  package var task: TaskID
  /// What it had failed of first.
  package var kind: FailureKind
  /// The step that failed first.
  package var since: Int
  /// The steps on the task that it took from there, the approving review among them.
  package var steps: Int
  /// Whether the user was asked on the way.
  package var askedUser: Bool

  package init(task: TaskID, kind: FailureKind, since: Int, steps: Int, askedUser: Bool) {
    self.task = task
    self.kind = kind
    self.since = since
    self.steps = steps
    self.askedUser = askedUser
  }

  private enum CodingKeys: String, CodingKey {
    case task, kind, since, steps
    case askedUser = "asked_user"
  }
}
