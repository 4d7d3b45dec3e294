import JSON

/// One key of the configuration: its name, its type, what it means, and the property that it fills.
///
/// Parsing, defaults, errors, `config --show-origin` and the documentation are all made from a table of these.
struct ConfigurationKey<Root: Sendable>: Sendable {
  let path: [String]
  let expectation: String
  let summary: String
  let write: @Sendable (JSONValue, inout Root) throws(ConfigurationProblem) -> Void
  let read: @Sendable (Root) -> JSONValue

  init<Value: ConfigurationValue>(
    _ name: String,
    _ property: any WritableKeyPath<Root, Value> & Sendable,
    _ summary: String,
    expectation: String = Value.expectation,
    where isRight: @escaping @Sendable (Value) -> Bool = { _ in true }
  ) {
    self.init(name, property, summary, expectation: expectation) { value, json throws(ConfigurationProblem) in
      guard isRight(value) else {
        throw ConfigurationProblem(message: mistake(expectation, json, Value.self))
      }
    }
  }

  /// The key of a value of which a part may be wrong: `check` says which, and why, of the value and of how it is written.
  init<Value: ConfigurationValue>(
    _ name: String,
    _ property: any WritableKeyPath<Root, Value> & Sendable,
    _ summary: String,
    expectation: String = Value.expectation,
    check: @escaping @Sendable (Value, JSONValue) throws(ConfigurationProblem) -> Void
  ) {
    path = [name]
    self.expectation = expectation
    self.summary = summary
    read = { $0[keyPath: property].json }
    write = { json, root throws(ConfigurationProblem) in
      guard let value = try Value.read(json) else {
        throw ConfigurationProblem(message: mistake(expectation, json, Value.self))
      }
      try check(value, json)
      root[keyPath: property] = value
    }
  }

  /// The key of a whole number with a lower bound.
  init(_ name: String, _ property: any WritableKeyPath<Root, Int> & Sendable, atLeast least: Int, _ summary: String) {
    self.init(name, property, summary, expectation: "a whole number of at least \(least)") { $0 >= least }
  }

  /// The key of a whole number with a lower bound that may be absent.
  init(_ name: String, _ property: any WritableKeyPath<Root, Int?> & Sendable, atLeast least: Int, _ summary: String) {
    self.init(name, property, summary, expectation: "a whole number of at least \(least), or null") { value in
      value.map { $0 >= least } ?? true
    }
  }

  /// The same key as part of something larger.
  func lifted<Outer>(
    to prefix: [String],
    _ property: any WritableKeyPath<Outer, Root> & Sendable
  ) -> ConfigurationKey<Outer> {
    ConfigurationKey<Outer>(
      path: prefix + path,
      expectation: expectation,
      summary: summary,
      write: { [write] json, outer throws(ConfigurationProblem) in try write(json, &outer[keyPath: property]) },
      read: { [read] in read($0[keyPath: property]) }
    )
  }

  private init(
    path: [String],
    expectation: String,
    summary: String,
    write: @escaping @Sendable (JSONValue, inout Root) throws(ConfigurationProblem) -> Void,
    read: @escaping @Sendable (Root) -> JSONValue
  ) {
    self.path = path
    self.expectation = expectation
    self.summary = summary
    self.write = write
    self.read = read
  }
}

/// What is wrong with a value, after the key in quotes.
func mistake<Value: ConfigurationValue>(_ expectation: String, _ json: JSONValue, _ type: Value.Type) -> String {
  "must be \(expectation), not \(shown(json, type))"
}

/// The value as an error message shows it: short ones themselves, longer ones by their type.
private func shown<Value: ConfigurationValue>(_ json: JSONValue, _: Value.Type) -> String {
  switch json {
  case .string(let text):
    text.utf8.count <= 40 ? "'\(Value.withoutSecrets(text))'" : "a string of \(text.utf8.count) bytes"
  case .integer, .number, .bool: json.text()
  case .array([]): "an empty list"
  case .array: json.utf8().count <= 40 ? json.text() : json.typeName
  case .null, .object: json.typeName
  }
}
