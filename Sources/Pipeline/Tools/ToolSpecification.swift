package import JSON

/// Everything that is said about a tool, once: schema, checks, prompt text and phases all come from here.
package struct ToolSpecification: Hashable, Sendable {
  package var name: String
  /// What the tool does, for the model.
  package var description: String
  package var parameters: [ToolParameter]
  /// The phases that offer the tool.
  package var phases: [PhaseName]
  package var changesFiles: Bool
  /// The arguments of one right call, shown with every refusal of a wrong one.
  package var example: JSONObject

  package init(
    name: String,
    description: String,
    parameters: [ToolParameter],
    phases: [PhaseName],
    changesFiles: Bool = false,
    example: JSONObject
  ) {
    self.name = name
    self.description = description
    self.parameters = parameters
    self.phases = phases
    self.changesFiles = changesFiles
    self.example = example
  }

  package var definition: ToolDefinition {
    ToolDefinition(
      name: name,
      description: description,
      parameters: .object(ToolParameter.schema(of: parameters))
    )
  }

  /// One right call, as text.
  package var exampleCall: String {
    JSONValue.object(["name": .string(name), "arguments": .object(example)]).text()
  }

  /// One line for a prompt: the name, the arguments (optional ones with a question mark) and the description.
  package var promptLine: String {
    let arguments = parameters.map { $0.isRequired ? $0.name : "\($0.name)?" }.joined(separator: ", ")
    return "- `\(name)` (\(arguments)): \(description)"
  }
}
