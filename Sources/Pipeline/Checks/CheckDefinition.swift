/// A command of the project's own whose exit status is evidence.
package struct CheckDefinition: Hashable, Codable, Sendable {
  /// The way a check was found, which is also the way its tests are counted.
  package enum Convention: String, Hashable, Codable, Sendable, CaseIterable {
    case pytest
    case unittest
    case swift
    case npm
    case cargo
    case go
    case make
    case ctest
    case script
    case configured

    /// Whether its tool tells of the tests whenever it has run any.
    var alwaysCounts: Bool {
      switch self {
      case .pytest, .unittest, .swift, .cargo, .go, .ctest: true
      case .npm, .make, .script, .configured: false
      }
    }
  }

  /// The name that people, models and the journal use; unique within a project.
  package var name: String

  /// The command as an argument vector; the first word is looked up in `PATH` unless it holds a slash.
  package var arguments: [String]

  /// The folder it runs in, relative to the project; empty for the project itself.
  package var directory: String

  /// Its own time limit; without one the runner's holds.
  package var timeLimit: Duration?

  package var convention: Convention

  /// Why it was found, as one sentence for the user.
  package var reason: String

  package init(
    name: String,
    arguments: [String],
    directory: String = "",
    timeLimit: Duration? = nil,
    convention: Convention = .configured,
    reason: String = "It is configured in 'autonomy.json'."
  ) {
    self.name = name
    self.arguments = arguments
    self.directory = directory
    self.timeLimit = timeLimit
    self.convention = convention
    self.reason = reason
  }
}
