/// A change of a task that the rules do not know: a mistake of the program, never of a model or a user.
package struct IllegalTransition: Error, Hashable, CustomStringConvertible {
  package var task: TaskID
  package var from: TaskStatus?
  package var event: TaskEvent?

  package var description: String {
    "The task '\(task)' (\(from?.rawValue ?? "unknown")) cannot take '\(event?.rawValue ?? "a direct change of status")'."
  }
}
