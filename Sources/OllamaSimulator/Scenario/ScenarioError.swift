/// What is wrong with a scenario, and where.
package struct ScenarioError: Error, Hashable, CustomStringConvertible {
  /// The scenario's file, if it was read from one.
  package var file: String?
  /// The key, as in `rules[2].when.phase`; empty is the scenario as a whole.
  package let key: String
  /// A sentence about the key.
  package let message: String

  init(key: String, message: String, file: String? = nil) {
    self.file = file
    self.key = key
    self.message = message
  }

  package var description: String {
    let subject = file.map { "The scenario '\($0)'" } ?? "The scenario"
    return key.isEmpty ? "\(subject) \(message)" : "\(subject) is wrong at '\(key)': it \(message)"
  }
}
