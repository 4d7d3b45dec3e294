/// Everything that is wrong with the configuration, so that it can be mended in one go.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  package var problems: [String]

  package init(_ problems: [String]) {
    self.problems = problems
  }

  package var description: String { problems.joined(separator: "\n") }
}

/// What is wrong with one value, and where inside the value it is.
struct ConfigurationProblem: Error {
  var path: [String] = []
  var message: String

  func under(_ name: String) -> ConfigurationProblem {
    ConfigurationProblem(path: [name] + path, message: message)
  }
}
