import JSON

// The messages are those of Go's encoding/json, which a user of Ollama sees.
extension ChatRequest {
  static func mismatch(_ value: JSONValue, _ place: String) -> OllamaError {
    let type =
      switch value {
      case .null: "null"
      case .bool: "bool"
      case .integer, .number: "number"
      case .string: "string"
      case .array: "array"
      case .object: "object"
      }
    return OllamaError(400, "json: cannot unmarshal \(type) into Go \(place)")
  }

  static func list(_ name: String, of body: JSONObject) throws(OllamaError) -> [JSONValue] {
    switch body[name] {
    case nil, .null?: return []
    case .array(let elements)?: return elements
    case let other?: throw mismatch(other, "struct field ChatRequest.\(name) of type []api.\(name)")
    }
  }

  static func flag(_ name: String, of body: JSONObject) throws(OllamaError) -> Bool? {
    switch body[name] {
    case nil, .null?: return nil
    case .bool(let value)?: return value
    case let other?: throw mismatch(other, "struct field ChatRequest.\(name) of type bool")
    }
  }

  static func think(_ value: JSONValue?) throws(OllamaError) -> Bool? {
    switch value {
    case nil, .null?: return nil
    case .bool(let isOn)?: return isOn
    case .string("high")?, .string("medium")?, .string("low")?, .string("max")?: return true
    case let other?:
      let allowed = "(must be \"high\", \"medium\", \"low\", \"max\", true, or false)"
      throw OllamaError(400, "invalid think value: \(other.text()) \(allowed)")
    }
  }

  static func check(format: JSONValue?) throws(OllamaError) {
    switch format {
    case nil, .null?, .object?, .string("json")?, .string("")?: return
    case let other?:
      throw OllamaError(400, "invalid format: \(other.text()); expected \"json\" or a valid JSON Schema object")
    }
  }

  static func check(message: JSONValue) throws(OllamaError) {
    guard let object = message.object else { throw mismatch(message, "value of type api.Message") }
    for name in ["role", "content", "thinking", "tool_name", "tool_call_id"] {
      switch object[name] {
      case nil, .null?, .string?: continue
      case let other?: throw mismatch(other, "struct field Alias.\(name) of type string")
      }
    }
    for call in try list("tool_calls", of: object) {
      switch call["function"]?["arguments"] {
      case nil, .null?, .object?: continue
      case .string(let text)?:
        throw OllamaError(400, "json: cannot unmarshal \(JSONValue.string(text).text()) into Go value of type map")
      case let other?: throw mismatch(other, "value of type map")
      }
    }
  }

  static func check(tool: JSONValue) throws(OllamaError) {
    guard let object = tool.object else { throw mismatch(tool, "value of type api.Tool") }
    for (_, property) in object["function"]?["parameters"]?["properties"]?.object ?? [:] where property.object == nil {
      throw mismatch(property, "value of type api.ToolProperty")
    }
  }
}
