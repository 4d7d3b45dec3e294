import JSON
import ToolCallReading

@testable import autonomy_fuzz

extension SampleTools {
  static func read(_ text: String) -> CallReading { reader.read(text) }
}

extension CallReading {
  /// The calls as JSON, without what was mended.
  var plainCalls: [JSONValue] {
    calls.map { ["name": .string($0.name), "arguments": .object($0.arguments)] }
  }
}

/// A call of `read_file`.
func readCall(_ path: String, _ more: JSONObject = [:]) -> JSONValue {
  var arguments: JSONObject = ["path": .string(path)]
  for (key, value) in more { arguments[key] = value }
  return ["name": "read_file", "arguments": .object(arguments)]
}
