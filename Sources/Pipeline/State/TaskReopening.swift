/// Gives ended tasks another chance, and with them what they had blocked.
package struct TaskReopening: Sendable {
  /// Which tasks the user named.
  package enum Selection: Hashable, Sendable {
    case tasks([TaskID])
    /// Every failed task.
    case failed
  }

  /// Why the tasks cannot be reopened.
  package struct Refused: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
      self.description = description
    }
  }

  /// The tasks that are pending again, in order.
  package private(set) var reopened: [TaskID] = []
  /// What the user should know, one sentence each.
  package private(set) var notes: [String] = []
  /// How many attempts each reopened task gets.
  private let attempts: Int

  package init(attempts: Int) {
    self.attempts = attempts
  }

  /// Adds to `edit` what reopens the selection and all that it had blocked.
  package mutating func apply(_ selection: Selection, to edit: inout StateEdit) throws {
    for id in try ids(selection, edit.state) { try reopen(id, in: &edit) }
    // What was blocked by a reopened task waits for it again, and so on down the plan.
    var isSettled = false
    while !isSettled {
      let freed = edit.state.tasks.filter { task in
        task.status == .blocked && task.failure == .dependency
          && task.dependsOn.allSatisfy { edit.state.task($0).map { !Self.isLost($0) } ?? false }
      }
      for task in freed { try reopen(task.id, in: &edit) }
      isSettled = freed.isEmpty
    }
    for id in reopened.sorted() { noteDependencies(of: id, in: edit.state) }
    reopened.sort()
  }

  private func ids(_ selection: Selection, _ state: PipelineState) throws(Refused) -> [TaskID] {
    switch selection {
    case .failed:
      return state.tasks.filter { $0.status == .failed }.map { $0.id }
    case .tasks(let ids):
      var checked: [TaskID] = []
      for id in ids where !checked.contains(id) {
        guard let task = state.task(id) else {
          let last = state.tasks.last.map { "The last is '\($0.id)'." } ?? "There is none yet."
          throw Refused("There is no task '\(id)'. \(last) 'autonomy tasks' lists them.")
        }
        guard !task.status.isOpen else {
          throw Refused("The task '\(id)' has not ended (it \(task.status.phrase)), so there is nothing to reopen.")
        }
        checked.append(id)
      }
      return checked
    }
  }

  private mutating func reopen(_ id: TaskID, in edit: inout StateEdit) throws {
    try edit.add(.attemptsGranted(id, attempts))
    try edit.move(id, .reopened) { task in
      task.failure = nil
      task.reason = nil
      task.lastError = nil
      task.lastReview = nil
      task.issues = []
      task.needsFixSince = nil
      task.approval = nil
      task.doneAt = nil
      task.forgetChanges()
    }
    reopened.append(id)
  }

  /// A task that waits for one that will never be done is blocked by it as soon as that is noticed; so it is said.
  private mutating func noteDependencies(of id: TaskID, in state: PipelineState) {
    guard let task = state.task(id) else { return }
    for dependency in task.dependsOn {
      guard let other = state.task(dependency), Self.isLost(other) else { continue }
      notes.append(
        "'\(id)' depends on '\(dependency)', which is \(other.status.words): reopen that too, or it cannot begin."
      )
    }
  }

  private static func isLost(_ task: TaskRecord) -> Bool { task.status == .failed || task.status == .blocked }
}

extension TaskStatus {
  /// The status as people read it.
  package var words: String {
    switch self {
    case .pending: "pending"
    case .inReview: "in review"
    case .needsFix: "needs a fix"
    case .needsUser: "waits for you"
    case .done: "done"
    case .failed: "failed"
    case .blocked: "blocked"
    }
  }

  /// The status as what follows "it".
  var phrase: String {
    switch self {
    case .needsFix, .needsUser: words
    case .pending, .inReview, .done, .failed, .blocked: "is \(words)"
    }
  }
}
