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

extension ConfigurationProblem {
  /// Throws where two elements of a list have the same of what should tell them apart, which `words` name.
  static func check<Element, Key: Hashable>(
    _ elements: [Element],
    differBy key: (Element) -> Key,
    _ words: (Element) -> String
  ) throws(ConfigurationProblem) {
    var places: [Key: Int] = [:]
    for (index, element) in elements.enumerated() {
      if let first = places.updateValue(index, forKey: key(element)) {
        throw ConfigurationProblem(path: ["\(index)"], message: "has \(words(element)) like element \(first)")
      }
    }
  }
}
