package import JSON

/// One tool as it is offered to a model, as far as reading its calls needs it.
package struct ToolSchema: Hashable, Sendable {
  package let name: String
  /// A JSON Schema of type object, as it is offered.
  package let parameters: JSONValue
  /// Whether a call changes files, so that nothing of it may be guessed or mended at a loss.
  package let changesFiles: Bool
  /// The parameters in the order of the schema, which is that of arguments without names.
  let properties: JSONObject
  /// The names of the arguments that no call may leave out.
  let required: [String]

  package init(name: String, parameters: JSONValue, changesFiles: Bool = false) {
    self.name = name
    self.parameters = parameters
    self.changesFiles = changesFiles
    properties = parameters["properties"]?.object ?? [:]
    required = parameters["required"]?.array?.compactMap(\.string) ?? []
  }

  /// Reads a declaration, bare or as `{"type": "function", "function": …}`; nil if it has no name.
  package init?(declaration: JSONValue) {
    let function = declaration["function"]?.object == nil ? declaration : declaration["function"] ?? declaration
    guard let name = function["name"]?.string, !name.isEmpty else { return nil }
    self.init(
      name: name,
      parameters: function["parameters"] ?? function["input_schema"] ?? [:],
      changesFiles: (function["changesFiles"] ?? declaration["changesFiles"])?.bool ?? false
    )
  }
}
