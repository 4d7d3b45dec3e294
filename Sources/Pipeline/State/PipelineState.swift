package import SourceControl

/// All that the pipeline knows of a project between two steps.
///
/// It is two things in one value: the *projection* (plan, tasks, open steps), which a checkpoint exports and a rollback
/// replaces, and what nothing rewinds (counters, the run and its spending, questions).
package struct PipelineState: Hashable, Sendable {
  // The projection.
  package internal(set) var plan: PlanRecord?
  /// In the order of their ids.
  package internal(set) var tasks: [TaskRecord] = []
  package internal(set) var openSteps: [OpenStep] = []
  /// The step at which documentation was last tried.
  package internal(set) var documentedAt: Int?
  /// How each check stood when a task was last approved, or at the baseline.
  package internal(set) var approvedChecks: [String: CheckResult.Status] = [:]
  /// How each check stood when it last ran.
  package internal(set) var latestChecks: [String: CheckResult.Status] = [:]
  /// Files that checks have created: in no hash, review or snapshot.
  package internal(set) var byProducts: Set<ProjectPath> = []

  // What nothing rewinds.
  package internal(set) var run: RunRecord?
  package internal(set) var counters: [TaskID: TaskCounters] = [:]
  package internal(set) var planningTries = 0
  package internal(set) var questions: [Question] = []
  package internal(set) var stepsTaken = 0
  package internal(set) var tasksMade = 0
  package internal(set) var runsMade = 0
  package internal(set) var questionsMade = 0
  package internal(set) var rollbacksMade = 0
  /// The task of the last coding or debugging step, if that failed.
  package internal(set) var lastFailedWork: TaskID?
  /// How tasks went with models of each tier, by the kind of task.
  package internal(set) var outcomes: [String: TierOutcomes] = [:]
  package internal(set) var money = MoneyBook()
  /// Bytes per token, by model, as the servers' own counts have shown them.
  package internal(set) var tokenEstimator = TokenEstimator()

  package init() {}

  package func task(_ id: TaskID) -> TaskRecord? {
    position(of: id).map { tasks[$0] }
  }

  func position(of id: TaskID) -> Int? {
    // Ids count up, so a task stands near its own number.
    var low = 0
    var high = tasks.count
    while low < high {
      let middle = (low + high) / 2
      if tasks[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < tasks.count && tasks[low].id == id ? low : nil
  }

  /// The questions for which planning or a task waits, whether they are answered meanwhile or not.
  ///
  /// Databases of earlier versions have others too, of tasks that have left the plan.
  package var waitingQuestions: [Question] {
    questions.filter { question in question.task.map { task($0)?.status == .needsUser } ?? true }
  }

  package var statusCounts: [TaskStatus: Int] {
    tasks.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
  }

  package var failingChecks: [String] {
    latestChecks.filter { $0.value.isFailure }.keys.sorted()
  }

  /// How many attempts a task has left.
  package func attemptsLeft(_ id: TaskID) -> Int {
    guard let counters = counters[id] else { return 0 }
    return max(0, counters.attemptsAllowed - counters.attemptsDrawn)
  }
}

extension CheckResult.Status: Codable {
  /// Whether the check ran and did not pass.
  package var isFailure: Bool {
    switch self {
    case .failed, .timedOut: true
    case .passed, .absent: false
    }
  }
}

/// The plan that the tasks were made from.
package struct PlanRecord: Hashable, Codable, Sendable {
  /// The Git object id of MASTER_PLAN.md.
  package var version: ObjectID

  package init(version: ObjectID) {
    self.version = version
  }
}

/// What is counted for a task and never lowered again.
package struct TaskCounters: Hashable, Codable, Sendable {
  package var attemptsDrawn = 0
  package var attemptsAllowed: Int
  package var overContext = 0
  package var questionsAsked = 0
  /// Whether the decision maker put a question about the task to the user.
  package var wasAskedAbout = false
  /// How often its files were brought back by decision.
  package var restores = 0
  /// Coding and debugging steps that failed for their model's doing, and reviews that came to nothing; nil for none.
  package var failedWork: Int?
  package var failedReviews: Int?

  package init(attemptsAllowed: Int) {
    self.attemptsAllowed = attemptsAllowed
  }

  mutating func countFailure(isReview: Bool) {
    if isReview { failedReviews = (failedReviews ?? 0) + 1 } else { failedWork = (failedWork ?? 0) + 1 }
  }
}
