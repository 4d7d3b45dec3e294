import Embedded
import JSON
import Wording

extension RoutingSettings {
  /// The table of the default policy.
  static let standard = table(of: .standard)

  /// The table that the program carries for a policy.
  package static func table(of policy: RoutingPolicy) -> RoutingSettings {
    let name = "\(policy.rawValue).json"
    for index in 0..<embedded_count(embedded_routing) {
      let file = unsafe embedded_at(embedded_routing, index)
      guard unsafe String(cString: file.path) == name else { continue }
      let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.size)
      do {
        return try RoutingSettings(table: try JSONValue(parsing: unsafe Array(bytes), syntax: .json5), of: policy)
      } catch {
        preconditionFailure("The table '\(name)' is wrong: \(error)")
      }
    }
    preconditionFailure("The program carries no table '\(name)'.")
  }

  private init(table: JSONValue, of policy: RoutingPolicy) throws(ConfigurationProblem) {
    self.init(blank: ())
    self.policy = policy
    for (name, value) in table.object ?? [:] {
      guard let key = Self.keys.first(where: { $0.path == [name] }) else {
        throw ConfigurationProblem(path: [name], message: "is not a key")
      }
      try key.write(value, &self)
    }
  }

  /// What is right by itself and wrong together, with the key that is to blame.
  var contradictions: [(key: String, message: String)] {
    var problems: [(String, String)] = []
    func check(_ kind: String, at key: String) {
      guard types[kind] == nil else { return }
      let suggestion = suggestion(for: kind, in: types.keys.sorted())
      problems.append((key, "names '\(kind)', which is no kind of 'router.types'.\(suggestion)"))
    }
    for kind in floors.keys.sorted() { check(kind, at: "floors") }
    for kind in Set(kinds.map(\.kind)).sorted() { check(kind, at: "kinds") }
    if baseFrom > strongFrom {
      problems.append(("strong_from", "is \(strongFrom), which is below 'router.base_from', \(baseFrom)."))
    }
    return problems
  }
}
