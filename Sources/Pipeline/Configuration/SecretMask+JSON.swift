package import JSON

extension SecretMask {
  /// The value with every secret in its texts and names replaced; numbers stay numbers.
  package func mask(_ value: JSONValue) -> JSONValue {
    guard hidesAnything else { return value }
    switch value {
    case .string(let text): return .string(mask(text))
    case .array(let values): return .array(values.map { mask($0) })
    case .object(let object): return .object(mask(object))
    case .null, .bool, .integer, .number: return value
    }
  }

  /// The call with every secret in its arguments replaced.
  package func mask(_ call: ToolCall) -> ToolCall {
    hidesAnything ? ToolCall(id: call.id, name: call.name, arguments: mask(call.arguments)) : call
  }

  private func mask(_ object: JSONObject) -> JSONObject { JSONObject(object.map { (mask($0.key), mask($0.value)) }) }
}
