import JSON

/// A value of the configuration that is an object with keys of its own.
protocol ConfigurationObject: ConfigurationValue {
  /// What is filled in.
  static var blank: Self { get }
  static var keys: [ConfigurationKey<Self>] { get }
  /// The keys that must be there.
  static var required: [String] { get }
}

extension ConfigurationObject {
  static func read(_ json: JSONValue) throws(ConfigurationProblem) -> Self? {
    guard let object = json.object else { return nil }
    var value = blank
    for (name, member) in object {
      guard let key = keys.first(where: { $0.path == [name] }) else {
        throw ConfigurationProblem(path: [name], message: unknownKey(name, among: keys.flatMap { $0.path }))
      }
      do {
        try key.write(member, &value)
      } catch {
        throw error.under(name)
      }
    }
    for name in required where object[name] == nil {
      throw ConfigurationProblem(message: "has no '\(name)'")
    }
    return value
  }

  /// Without the members that say nothing.
  var json: JSONValue {
    var object = JSONObject()
    for key in Self.keys {
      let value = key.read(self)
      if let name = key.path.first, !value.isNull, value != "" { object[name] = value }
    }
    return .object(object)
  }
}

extension Dictionary: ConfigurationValue where Key == String, Value: ConfigurationValue {
  static var expectation: String { "an object in which every value is \(Value.expectation)" }

  static func read(_ json: JSONValue) throws(ConfigurationProblem) -> [String: Value]? {
    guard let object = json.object else { return nil }
    var values: [String: Value] = [:]
    for (name, member) in object {
      do throws(ConfigurationProblem) {
        guard let value = try Value.read(member) else {
          throw ConfigurationProblem(message: mistake(Value.expectation, member, Value.self))
        }
        values[name] = value
      } catch {
        throw error.under(name)
      }
    }
    return values
  }

  var json: JSONValue { .object(JSONObject(sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })) }
}
