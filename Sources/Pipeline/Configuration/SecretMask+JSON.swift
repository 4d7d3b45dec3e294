package import JSON

extension SecretMask {
  /// The value with every secret in its texts and names replaced; numbers stay numbers.
  package func mask(_ value: JSONValue) -> JSONValue {
    guard hidesAnything else { return value }
    switch value {
    case .string(let text): return .string(mask(text))
    case .array(let values): return .array(values.map { mask($0) })
    case .object(let object): return .object(JSONObject(object.map { (mask($0.key), mask($0.value)) }))
    case .null, .bool, .integer, .number: return value
    }
  }
}
