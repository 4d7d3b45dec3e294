extension Scenario {
  /// A model that the simulated server has.
  package struct Model: Hashable, Sendable {
    package let name: String
    /// In tokens.
    package let contextLength: Int
    /// As Ollama lists them; `completion` is always among them.
    package let capabilities: [String]
    package let loadTime: Duration
    package let bytesPerToken: Double

    init(_ reader: inout ScenarioReader) throws(ScenarioError) {
      name = try reader.required("name", reader.string("name"))
      guard !name.isEmpty else { throw reader.error("name", "is empty.") }
      contextLength = try reader.integer("context_length", in: 1...) ?? 32_768
      let listed = try reader.words("capabilities", among: Self.allCapabilities) ?? ["tools"]
      capabilities = listed.contains("completion") ? listed : ["completion"] + listed
      loadTime = .milliseconds(try reader.integer("load_ms", in: 0...) ?? 0)
      bytesPerToken = try reader.number("bytes_per_token") ?? 4
      guard bytesPerToken > 0 else { throw reader.error("bytes_per_token", "must be above 0.") }
    }

    package func can(_ capability: String) -> Bool { capabilities.contains(capability) }

    private static let allCapabilities = [
      "completion", "tools", "insert", "vision", "embedding", "thinking", "image", "audio",
    ]
  }
}
