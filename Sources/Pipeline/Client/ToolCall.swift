package import JSON

/// One call of a tool, as the model asked for it; its name and arguments are unchecked.
package struct ToolCall: Hashable, Sendable {
  package var id: String
  package var name: String
  package var arguments: JSONObject

  package init(id: String, name: String, arguments: JSONObject) {
    self.id = id
    self.name = name
    self.arguments = arguments
  }
}

extension ToolCall {
  /// Reads a call that `json` wrote.
  package init(json: JSONValue) throws(StoredValueError) {
    id = try StoredValueError.require(json.object?["id"]?.string, "id", of: "tool call")
    name = try StoredValueError.require(json.object?["name"]?.string, "name", of: "tool call")
    arguments = try StoredValueError.require(json.object?["arguments"]?.object, "arguments", of: "tool call")
  }

  package var json: JSONValue {
    ["id": .string(id), "name": .string(name), "arguments": .object(arguments)]
  }
}
