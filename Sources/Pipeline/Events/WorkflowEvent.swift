/// Something happened to a workflow or to one of its tasks; belongs to no run.
package struct WorkflowEvent: Hashable, Codable, Sendable {
  /// What happened; the raw values reach disk and scripts.
  package enum Moment: String, CaseIterable, Codable, Sendable {
    /// The workflow began or goes on.
    case started
    // The rest but the last is of one task.
    case running
    case retried
    case succeeded
    case failed
    case timedOut = "timed_out"
    case skipped
    case cancelled
    /// The workflow ended.
    case finished
  }

  package var workflow: String
  package var moment: Moment
  package var task: String?
  package var phase: String?
  /// From 1.
  package var attempt: Int?
  /// The model that is asked, as `name@server`.
  package var model: String?
  /// What the task is, and what it is given by those before it, as a hash: another one is another task.
  package var fingerprint: String?
  /// What the task came to.
  package var result: String?
  /// The task because of which another was skipped.
  package var because: String?
  /// What went wrong, or how the workflow ended.
  package var message: String?
  package var calls: Int?
  package var promptTokens: Int?
  package var outputTokens: Int?
  package var seconds: Double?
  /// How much of that the server took to load the model.
  package var loadSeconds: Double?
  /// What it has cost, where that is known; of `finished`, in all.
  package var microdollars: Int?
  /// Calls of models whose price is not known; nil for none.
  package var unpricedCalls: Int?
  /// How many tasks the workflow has; of `started`.
  package var tasks: Int?
  /// Whether what had succeeded before counts no longer; of `started`, and nil where it does.
  package var isFresh: Bool?
  /// How many tasks ended in which way; of `finished`.
  package var counts: [String: Int]?

  package init(_ moment: Moment, of workflow: String, task: String? = nil, phase: String? = nil) {
    self.workflow = workflow
    self.moment = moment
    self.task = task
    self.phase = phase
  }

  /// What calls of models have cost that the event tells of; nothing of it is told where there were none.
  package var spending: Spending {
    get {
      var spending = Spending(calls: calls ?? 0, promptTokens: promptTokens ?? 0, outputTokens: outputTokens ?? 0)
      spending.loadSeconds = loadSeconds
      spending.microdollars = microdollars ?? 0
      spending.unpricedCalls = unpricedCalls ?? 0
      return spending
    }
    set {
      let isAsked = newValue.calls > 0
      calls = isAsked ? newValue.calls : nil
      promptTokens = isAsked ? newValue.promptTokens : nil
      outputTokens = isAsked ? newValue.outputTokens : nil
      loadSeconds = newValue.loadSeconds
      microdollars = newValue.microdollars > 0 ? newValue.microdollars : nil
      unpricedCalls = newValue.unpricedCalls > 0 ? newValue.unpricedCalls : nil
    }
  }

  private enum CodingKeys: String, CodingKey {
    case workflow, moment, task, phase, attempt, model, fingerprint, result, because, message, calls, seconds, tasks
    case counts, microdollars
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case loadSeconds = "load_seconds"
    case isFresh = "is_fresh"
    case unpricedCalls = "unpriced_calls"
  }
}
