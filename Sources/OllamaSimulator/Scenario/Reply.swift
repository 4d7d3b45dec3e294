package import JSON

extension Scenario {
  /// What the model says.
  package struct Reply: Hashable, Sendable {
    package var content = ""
    package var thinking: String?
    package var toolCalls: [ToolCall] = []
    package var callsIn = CallPlacement.lines
    /// What the model wrote, from which the server makes the rest by its template.
    package var raw: String?
    /// How many bytes of text a streamed line holds at most; a character is never divided.
    package var chunkBytes = 40
    package var doneReason = "stop"

    /// Where the tool calls are in a streamed answer.
    package enum CallPlacement: String, CaseIterable, Sendable {
      /// Each on a line of its own, before the last; so with a Go template.
      case lines
      /// All on the last line; so with the model's own template.
      case final
    }

    package struct ToolCall: Hashable, Sendable {
      package let name: String
      package let arguments: JSONObject

      package init(name: String, arguments: JSONObject) {
        self.name = name
        self.arguments = arguments
      }

      init(_ reader: inout ScenarioReader) throws(ScenarioError) {
        name = try reader.required("name", reader.string("name"))
        arguments = try reader.json("arguments") ?? [:]
      }
    }

    init(content: String) {
      self.content = content
    }

    init(_ reader: inout ScenarioReader) throws(ScenarioError) {
      let content = try reader.string("content")
      thinking = try reader.string("thinking")
      let toolCalls = try reader.objects("tool_calls", ToolCall.init)
      raw = try reader.string("raw")
      if raw != nil, content != nil || thinking != nil || toolCalls != nil {
        throw reader.error("raw", "stands beside 'content', 'thinking' or 'tool_calls', which it replaces.")
      }
      self.content = content ?? ""
      self.toolCalls = toolCalls ?? []
      callsIn = try reader.choice("calls_in") ?? .lines
      chunkBytes = try reader.integer("chunk_bytes", in: 1...) ?? 40
      doneReason = try reader.string("done_reason") ?? "stop"
    }
  }
}
