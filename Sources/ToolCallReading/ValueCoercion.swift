import JSON

/// Fits values to the types of a schema where that loses nothing.
enum ValueCoercion {
  /// The types that a schema allows; none if it allows any.
  static func types(_ schema: JSONValue) -> [String] {
    if let type = schema["type"]?.string { return [canonical(type)] }
    if let types = schema["type"]?.array { return types.compactMap(\.string).map(canonical) }
    for key in ["anyOf", "oneOf"] {
      if let choices = schema[key]?.array { return choices.flatMap(types) }
    }
    return []
  }

  /// The name that JSON Schema has for a type which a schema calls by Python's.
  private static func canonical(_ type: String) -> String {
    switch type {
    case "int", "long": "integer"
    case "float", "double": "number"
    case "str": "string"
    case "bool": "boolean"
    case "list", "tuple": "array"
    case "dict": "object"
    default: type
    }
  }

  /// Whether a value is of a type that the schema allows.
  static func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
    let types = types(schema)
    return types.isEmpty || types.contains("any") || types.contains { isOf(value, $0) }
  }

  private static func isOf(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number),
      ("string", .string), ("array", .array), ("object", .object):
      true
    default: false
    }
  }

  static func fit(_ value: JSONValue, to schema: JSONValue, _ mends: inout Mends) -> JSONValue {
    let types = types(schema)
    if !accepts(value, schema) {
      for type in types {
        guard let fitted = converted(value, to: type, schema, &mends) else { continue }
        return inner(fitted, schema, &mends)
      }
      return value
    }
    return inner(value, schema, &mends)
  }

  /// Fits what is inside a list or object, and the spelling of a choice.
  private static func inner(_ value: JSONValue, _ schema: JSONValue, _ mends: inout Mends) -> JSONValue {
    switch value {
    case .array(let values):
      guard let items = schema["items"], items.object != nil else { return value }
      return .array(values.map { fit($0, to: items, &mends) })
    case .object(let object):
      guard let properties = schema["properties"]?.object else { return value }
      var fitted = JSONObject()
      for (name, value) in object {
        fitted[name] = properties[name].map { fit(value, to: $0, &mends) } ?? value
      }
      return .object(fitted)
    case .string(let text):
      guard let choices = schema["enum"]?.array, !choices.contains(value) else { return value }
      let spelling = ToolIndex.spelling(text)
      let matches = choices.filter { $0.string.map(ToolIndex.spelling) == spelling }
      guard matches.count == 1, !spelling.isEmpty else { return value }
      mends.insert(.choiceSpelling)
      return matches[0]
    default:
      return value
    }
  }

  private static func converted(
    _ value: JSONValue,
    to type: String,
    _ schema: JSONValue,
    _ mends: inout Mends
  ) -> JSONValue? {
    switch (type, value) {
    case ("integer", .number(let number)):
      guard let whole = Int(exactly: number) else { return nil }
      return .integer(whole)
    case ("integer", .string(let text)), ("number", .string(let text)):
      guard let number = LenientReader.number(ArraySlice(trimmed(text).utf8)) else { return nil }
      let fitted = type == "integer" ? number.integer.map { .integer($0) } : number
      if fitted != nil { mends.insert(.argumentType) }
      return fitted
    case ("boolean", .string(let text)):
      let word = trimmed(text).lowercased()
      guard word == "true" || word == "false" else { return nil }
      mends.insert(.argumentType)
      return .bool(word == "true")
    case ("string", .integer(let number)):
      mends.insert(.argumentType)
      return .string(String(number))
    case ("null", .string(let text)) where ["null", "None", ""].contains(text):
      mends.insert(.argumentType)
      return .null
    case ("object", .string(let text)), ("array", .string(let text)):
      if let parsed = parsed(text, type) {
        mends.insert(.argumentType)
        return parsed
      }
      return type == "array" ? single(value, schema, &mends) : nil
    case ("array", .null): return nil
    case ("array", _): return single(value, schema, &mends)
    default: return nil
    }
  }

  /// A list of one value, if the list may hold such values.
  private static func single(_ value: JSONValue, _ schema: JSONValue, _ mends: inout Mends) -> JSONValue? {
    guard accepts(value, schema["items"] ?? [:]) else { return nil }
    mends.insert(.singleForList)
    return [value]
  }

  /// The list or object that a text is.
  private static func parsed(_ text: String, _ type: String) -> JSONValue? {
    var reader = LenientReader(Array(trimmed(text).utf8), at: 0, isFinal: true)
    guard let value = try? reader.value(), reader.position == reader.limit, !reader.mends.contains(.missingClose),
      isOf(value, type)
    else { return nil }
    return value
  }

  private static func trimmed(_ text: String) -> String {
    let bytes = text.utf8
    guard let first = bytes.firstIndex(where: { !Bytes.isSpace($0) }),
      let last = bytes.lastIndex(where: { !Bytes.isSpace($0) })
    else { return "" }
    return String(text[first...last])
  }
}
