import JSON

/// Takes one object of a scenario apart, and knows which keys it was asked for.
struct ScenarioReader {
  private let object: JSONObject
  private let key: String
  private var knownKeys: [String] = []

  init(_ object: JSONObject, at key: String) {
    self.object = object
    self.key = key
  }

  var presentKeys: [String] { object.keys }

  /// An error about a member, or about the object itself if `name` is empty.
  func error(_ name: String, _ message: String) -> ScenarioError {
    ScenarioError(key: path(name), message: message)
  }

  func required<Value>(_ name: String, _ value: Value?) throws(ScenarioError) -> Value {
    guard let value else { throw error("", "has no '\(name)'.") }
    return value
  }

  mutating func string(_ name: String) throws(ScenarioError) -> String? {
    try take(name, "a string") { $0.string }
  }

  mutating func integer(_ name: String, in range: PartialRangeFrom<Int>) throws(ScenarioError) -> Int? {
    guard let value = try take(name, "an integer", { $0.integer }) else { return nil }
    guard range.contains(value) else { throw error(name, "must be at least \(range.lowerBound).") }
    return value
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(ScenarioError) -> Int? {
    guard let value = try take(name, "an integer", { $0.integer }) else { return nil }
    guard range.contains(value) else {
      throw error(name, "must be from \(range.lowerBound) to \(range.upperBound).")
    }
    return value
  }

  mutating func number(_ name: String) throws(ScenarioError) -> Double? {
    try take(name, "a number") { $0.double }
  }

  mutating func json(_ name: String) throws(ScenarioError) -> JSONObject? {
    try take(name, "an object") { $0.object }
  }

  mutating func word(_ name: String, among words: [String]) throws(ScenarioError) -> String? {
    guard let word = try string(name) else { return nil }
    guard words.contains(word) else { throw unknownWord(word, at: name, words) }
    return word
  }

  mutating func choice<Choice>(_ name: String) throws(ScenarioError) -> Choice?
  where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
    guard let word = try string(name) else { return nil }
    guard let choice = Choice(rawValue: word) else {
      throw unknownWord(word, at: name, Choice.allCases.map { $0.rawValue })
    }
    return choice
  }

  mutating func words(_ name: String, among words: [String]) throws(ScenarioError) -> [String]? {
    guard let values = try take(name, "a list", { $0.array }) else { return nil }
    var result: [String] = []
    for (index, value) in values.enumerated() {
      let place = "\(name)[\(index)]"
      guard let word = value.string else { throw error(place, "must be a string, not \(value.typeName).") }
      guard words.contains(word) else { throw unknownWord(word, at: place, words) }
      result.append(word)
    }
    return result
  }

  mutating func object<Value>(
    _ name: String,
    _ make: (inout ScenarioReader) throws(ScenarioError) -> Value
  ) throws(ScenarioError) -> Value? {
    guard let object = try json(name) else { return nil }
    return try Self.read(object, at: path(name), make)
  }

  mutating func objects<Value>(
    _ name: String,
    _ make: (inout ScenarioReader) throws(ScenarioError) -> Value
  ) throws(ScenarioError) -> [Value]? {
    guard let elements = try take(name, "a list", { $0.array }) else { return nil }
    var values: [Value] = []
    for (index, element) in elements.enumerated() {
      guard let object = element.object else {
        throw error("\(name)[\(index)]", "must be an object, not \(element.typeName).")
      }
      values.append(try Self.read(object, at: "\(path(name))[\(index)]", make))
    }
    return values
  }

  /// Refuses keys that were not asked for.
  func refuseUnknownKeys() throws(ScenarioError) {
    guard let unknown = object.keys.first(where: { !knownKeys.contains($0) }) else { return }
    throw error(unknown, "is not a key here. \(advice(unknown, among: knownKeys))")
  }

  private static func read<Value>(
    _ object: JSONObject,
    at key: String,
    _ make: (inout ScenarioReader) throws(ScenarioError) -> Value
  ) throws(ScenarioError) -> Value {
    var reader = ScenarioReader(object, at: key)
    let value: Value
    do throws(ScenarioError) {
      value = try make(&reader)
    } catch {
      // A misspelt key explains a missing one better than the missing one itself; make() may have ended before it had
      // asked for all keys, so only one that is close to a known key counts here.
      throw reader.misspeltKey() ?? error
    }
    try reader.refuseUnknownKeys()
    return value
  }

  private func misspeltKey() -> ScenarioError? {
    for name in object.keys where !knownKeys.contains(name) {
      guard let near = nearestWord(to: name, among: knownKeys), object[near] == nil else { continue }
      return error(name, "is not a key here. Did you mean '\(near)'?")
    }
    return nil
  }

  private mutating func take<Value>(
    _ name: String,
    _ type: String,
    _ convert: (JSONValue) -> Value?
  ) throws(ScenarioError) -> Value? {
    knownKeys.append(name)
    guard let member = object[name] else { return nil }
    guard let value = convert(member) else { throw error(name, "must be \(type), not \(member.typeName).") }
    return value
  }

  private func unknownWord(_ word: String, at name: String, _ words: [String]) -> ScenarioError {
    error(name, "is '\(word)'. \(advice(word, among: words))")
  }

  private func path(_ name: String) -> String {
    if key.isEmpty { name } else if name.isEmpty { key } else { "\(key).\(name)" }
  }
}

private func advice(_ word: String, among words: [String]) -> String {
  if let near = nearestWord(to: word, among: words) { return "Did you mean '\(near)'?" }
  return "It can be \(words.map { "'\($0)'" }.joined(separator: ", "))."
}
