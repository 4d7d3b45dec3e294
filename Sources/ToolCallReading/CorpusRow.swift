package import JSON

/// A line of a corpus: an answer, and the tools that were offered for it.
package struct CorpusRow: Sendable {
  package let id: JSONValue
  package let tools: [ToolSchema]
  package let text: String

  package init(id: JSONValue, tools: [ToolSchema], text: String) {
    self.id = id
    self.tools = tools
    self.text = text
  }

  /// Reads `{"id", "tools", "raw_output"}`; nil where something is missing.
  package init?(_ value: JSONValue) {
    guard let id = value["id"], let text = value["raw_output"]?.string, let tools = value["tools"]?.array else {
      return nil
    }
    self.init(id: id, tools: tools.compactMap(ToolSchema.init(declaration:)), text: text)
  }

  /// What is read in it: `{"id", "calls", "stage", "notes"}`.
  package func answer() -> JSONValue {
    let reading = CallReader(tools: tools).read(text)
    return [
      "id": id,
      "calls": .array(reading.calls.map { ["name": .string($0.name), "arguments": .object($0.arguments)] }),
      "stage": .string(reading.stage.rawValue),
      "notes": .array(reading.notes.map { .string($0) }),
    ]
  }
}
