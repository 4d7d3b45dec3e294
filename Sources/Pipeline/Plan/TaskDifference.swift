/// What becomes of one task between two states.
package struct TaskDifference: Hashable, Sendable {
  package let id: TaskID
  /// Nil where the task was not planned.
  package let before: TaskStatus?
  /// Nil where the task is not planned any more.
  package let after: TaskStatus?

  package init(id: TaskID, before: TaskStatus?, after: TaskStatus?) {
    self.id = id
    self.before = before
    self.after = after
  }

  /// The tasks that are not in the same status in both lists, in the order of their ids.
  package static func between(_ before: [TaskRecord], _ after: [TaskRecord]) -> [TaskDifference] {
    let (old, new) = (statuses(before), statuses(after))
    return Set(old.keys).union(new.keys).sorted().compactMap { id in
      old[id] == new[id] ? nil : TaskDifference(id: id, before: old[id], after: new[id])
    }
  }

  private static func statuses(_ tasks: [TaskRecord]) -> [TaskID: TaskStatus] {
    Dictionary(tasks.map { ($0.id, $0.status) }) { $1 }
  }
}
