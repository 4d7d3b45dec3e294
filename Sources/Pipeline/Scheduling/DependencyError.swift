/// What keeps a list of tasks from being put in an order.
package enum DependencyError: Error, Hashable, Sendable {
  case duplicate(id: String)
  /// The nearest id that there is, if one is near enough to be meant.
  case unknown(id: String, of: String, suggestion: String?)
  /// Each depends on the next; the first is there again at the end.
  case cycle([String])
}

extension DependencyError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .duplicate(let id):
      "Two tasks have the id '\(id)'. Give each task an id of its own."
    case .unknown(let id, let task, let suggestion):
      "The task '\(task)' depends on '\(id)', which is no task."
        + (suggestion.map { " Did you mean '\($0)'?" } ?? " Add that task, or leave the dependency out.")
    case .cycle(let ids):
      "The tasks wait for each other in a circle: \(ids.joined(separator: " -> ")). Leave one of these dependencies out."
    }
  }
}
