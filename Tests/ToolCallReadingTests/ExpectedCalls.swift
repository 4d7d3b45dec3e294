import JSON
import ToolCallReading

/// The rules by which the corpus' own `score.py` takes calls for right: those of the Berkeley leaderboard.
enum ExpectedCalls {
  /// Whether the calls are the expected ones, in any order.
  static func match(_ calls: [FoundCall], _ expected: [JSONValue]) -> Bool {
    guard calls.count == expected.count else { return false }
    var rest = calls
    for expectation in expected {
      guard let index = rest.firstIndex(where: { matches($0, expectation) }) else { return false }
      rest.remove(at: index)
    }
    return true
  }

  private static func matches(_ call: FoundCall, _ expected: JSONValue) -> Bool {
    guard let arguments = expected["arguments"]?.object else { return false }
    return expected["name"]?.string == call.name && members(call.arguments, arguments)
  }

  /// Whether every member has one of the accepted values, and only those are missing that may be.
  private static func members(_ given: JSONObject, _ accepted: JSONObject) -> Bool {
    given.allSatisfy { name, value in
      guard let choices = accepted[name] else { return false }
      return (choices.array ?? [choices]).contains { equal(value, $0) }
    } && accepted.allSatisfy { name, choices in given[name] != nil || choices.array?.contains("") == true }
  }

  private static func equal(_ value: JSONValue, _ accepted: JSONValue) -> Bool {
    switch (value, accepted) {
    case (.bool(let value), .bool(let accepted)): return value == accepted
    case (.string(let value), .string(let accepted)): return plain(value) == plain(accepted)
    case (.null, .null): return true
    case (.array(let values), .array(let accepted)):
      return values.count == accepted.count && zip(values, accepted).allSatisfy { equal($0, $1) }
    case (.object(let object), .object(let accepted)): return members(object, accepted)
    default:
      guard let value = value.double, let accepted = accepted.double else { return false }
      return value == accepted
    }
  }

  private static func plain(_ text: String) -> String {
    String(decoding: text.utf8.filter { !" ,./-_*^".utf8.contains($0) }, as: UTF8.self).lowercased()
      .replacing("'", with: "\"")
  }
}
