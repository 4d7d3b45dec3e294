package import JSON

/// A tool as a model is told of it.
package struct ToolDefinition: Hashable, Sendable {
  package var name: String
  package var description: String
  /// A JSON schema of type `object`.
  package var parameters: JSONValue

  package init(name: String, description: String, parameters: JSONValue) {
    self.name = name
    self.description = description
    self.parameters = parameters
  }

  package var json: JSONValue {
    ["name": .string(name), "description": .string(description), "parameters": parameters]
  }
}
