import JSON

/// One named argument of a tool, or of a record inside an argument.
package struct ToolParameter: Hashable, Sendable {
  package var name: String
  package var description: String
  package var type: Kind
  package var isRequired: Bool

  package init(_ name: String, _ type: Kind, isRequired: Bool = true, description: String) {
    self.name = name
    self.description = description
    self.type = type
    self.isRequired = isRequired
  }

  /// The shapes of arguments; no others reach a model.
  package indirect enum Kind: Hashable, Sendable {
    /// A text that says something.
    case text
    /// A text that is taken byte for byte and may be empty.
    case content
    case integer(ClosedRange<Int>)
    case choice([String])
    case list(of: Self)
    case record([ToolParameter])
  }

  var schema: JSONObject {
    var schema = type.schema
    schema["description"] = .string(description)
    return schema
  }

  /// The schema of an object with these members, in the subset of JSON Schema that Ollama hands on to templates.
  static func schema(of parameters: [ToolParameter]) -> JSONObject {
    [
      "type": "object",
      "properties": .object(JSONObject(parameters.map { ($0.name, .object($0.schema)) })),
      "required": .array(parameters.filter(\.isRequired).map { .string($0.name) }),
    ]
  }
}

extension ToolParameter.Kind {
  fileprivate var schema: JSONObject {
    switch self {
    case .text, .content: ["type": "string"]
    case .integer: ["type": "integer"]
    case .choice(let values): ["type": "string", "enum": .array(values.map { .string($0) })]
    case .list(let element): ["type": "array", "items": .object(element.schema)]
    case .record(let parameters): ToolParameter.schema(of: parameters)
    }
  }
}
