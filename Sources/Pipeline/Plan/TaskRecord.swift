package import SourceControl

/// One unit of the plan, and what became of it.
package struct TaskRecord: Hashable, Codable, Sendable, Identifiable {
  package let id: TaskID
  package var description: String
  package var targets: [ProjectPath]
  package var dependsOn: [TaskID]
  /// 1 to 100, lower first.
  package var priority: Int
  /// The position in the plan.
  package var order: Int
  package internal(set) var status: TaskStatus = .pending
  /// Where a question was asked, while the task waits for its answer.
  package internal(set) var waitingFrom: TaskStatus?
  /// Why the task failed or is blocked.
  package var reason: String?
  package var failure: TaskFailure?
  /// Every file that the task changed, its targets or not, with the content before its first change.
  package private(set) var origins: [FileOrigin] = []
  /// What the last review found.
  package var issues: [ReviewIssue] = []
  /// How the model was chosen that worked on it last; nil where there was no choice.
  package var worker: StepRoute?
  /// The error that the next attempt must see: a failed check's output, or why the last attempt failed.
  package var lastError: String?
  /// Why the last review did not approve, in one sentence.
  package var lastReview: String?
  /// What the model said of its work when it finished.
  package var summary: String?
  package var approval: Approval?
  /// The step at which the task last came to need a fix.
  package var needsFixSince: Int?
  /// The failure from which the task has not recovered yet.
  package private(set) var setback: Setback?
  /// The checkpoints before the task's steps that might change files, in order.
  package var checkpoints: [SnapshotID] = []
  /// The worktree in which the task is worked on; nil where that is the project itself, or the task has not begun.
  package internal(set) var lane: LaneRecord?
  /// Whether the files of the task that was given up were looked at to take them back.
  package var isTakenBack = false
  /// The step at which the task was last approved.
  package var doneAt: Int?
  /// Questions that were asked for this task, with their answers.
  package var answers: [AnsweredQuestion] = []

  package init(
    id: TaskID,
    description: String,
    targets: [ProjectPath],
    dependsOn: [TaskID] = [],
    priority: Int = 50,
    order: Int
  ) {
    self.id = id
    self.description = description
    self.targets = targets
    self.dependsOn = dependsOn
    self.priority = priority
    self.order = order
  }

  /// The paths that a review covers: the targets, and every file that the task changed.
  package var reviewedPaths: [ProjectPath] { Set(targets + origins.map { $0.path }).sorted() }

  /// The checkpoint before the task's first step, which brings its beginning back.
  package var firstCheckpoint: SnapshotID? { checkpoints.first }

  /// Takes note that the task is about to change a file.
  package mutating func noteChange(of path: ProjectPath, before: ObjectID?, after: ObjectID?) {
    if let index = origins.firstIndex(where: { $0.path == path }) {
      origins[index].left = after
    } else {
      origins.append(FileOrigin(path: path, before: before, left: after))
    }
  }

  /// Takes note of what a file holds since the project's changes were merged into the task's worktree.
  mutating func noteMerged(_ path: ProjectPath, before: ObjectID?, left: ObjectID?) {
    guard let index = origins.firstIndex(where: { $0.path == path }) else { return }
    origins[index] = FileOrigin(path: path, before: before, left: left)
  }

  /// Whether nothing was done for it yet, or nothing that is still there.
  var isFresh: Bool { status == .pending && lane == nil && origins.isEmpty }

  /// Whether nothing comes of it any more that was begun.
  package var isGivenUp: Bool { status == .failed || status == .blocked && failure == .notInPlan }

  /// Forgets the worktree with all that was done in it; what is still open begins again.
  mutating func loseLane() {
    lane = nil
    forgetChanges()
    if status == .needsUser { waitingFrom = .pending }
  }

  /// Takes note of a step on the task that ended, with what it failed of; nil where it did not.
  mutating func noteStep(_ number: Int, failure: FailureKind?) {
    if setback != nil { setback?.steps += 1 } else { setback = failure.map { Setback(kind: $0, step: number) } }
  }

  /// Ends the setback, if there is one, and answers it.
  mutating func recover() -> Setback? {
    defer { setback = nil }
    return setback
  }

  /// Takes note of what files hold since they were brought back.
  mutating func noteRestored(_ files: [ProjectPath: ObjectID?]) {
    for index in origins.indices {
      if let content = files[origins[index].path] { origins[index].left = content }
    }
  }

  /// Forgets what an earlier try at the task did, whose files were taken back or are to stay.
  mutating func forgetChanges() {
    origins = []
    checkpoints = []
    isTakenBack = false
    setback = nil
  }
}

/// Why a task ended without being done.
package enum TaskFailure: String, Codable, Sendable {
  case attempts
  case noVerdict
  case noProgress
  case overContext
  case dependency
  case notInPlan
}

/// A review's approval, bound to the content that was reviewed.
package struct Approval: Hashable, Codable, Sendable {
  /// The id of the listing of the reviewed paths with their contents.
  package var content: ObjectID
  /// Whether any check of the project's own passed for it.
  package var isVerified: Bool
  /// Whether the checks that judged it are the task's own targets.
  package var isSelfJudged: Bool

  package init(content: ObjectID, isVerified: Bool, isSelfJudged: Bool) {
    self.content = content
    self.isVerified = isVerified
    self.isSelfJudged = isSelfJudged
  }
}

/// A question and what the user answered.
package struct AnsweredQuestion: Hashable, Codable, Sendable {
  package var question: String
  package var answer: String

  package init(question: String, answer: String) {
    self.question = question
    self.answer = answer
  }
}
