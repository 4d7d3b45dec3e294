import JSON
import Pipeline

/// The tools of a model that oversees a conversation, and the reading of its calls.
struct OversightTools {
  private let specifications: [ToolSpecification]

  /// Makes the tools for a letter that may go to one of these roles instead of its addressee.
  init(others: [String]) {
    var specifications = [
      ToolSpecification(
        name: "continue",
        description: "Let the message pass as it is.",
        parameters: [Self.reason],
        phases: [],
        example: [:]
      ),
      ToolSpecification(
        name: "modify",
        description: "Let another text pass in its place.",
        parameters: [ToolParameter("message", .text, description: "The whole new text."), Self.reason],
        phases: [],
        example: ["message": "Compare the two ways by what they cost at start-up."]
      ),
    ]
    if let other = others.first {
      specifications.append(
        ToolSpecification(
          name: "redirect",
          description: "Let another model answer the message.",
          parameters: [ToolParameter("to", .choice(others), description: "Who is to answer."), Self.reason],
          phases: [],
          example: ["to": .string(other)]
        )
      )
    }
    specifications.append(
      ToolSpecification(
        name: "stop",
        description: "End the discussion.",
        parameters: [
          ToolParameter("outcome", .choice(["agreement", "no_agreement"]), description: "Whether they agree."),
          ToolParameter("summary", .text, description: "What came of it, in a few sentences."),
        ],
        phases: [],
        example: ["outcome": "agreement", "summary": "The parser is to read line by line."]
      )
    )
    self.specifications = specifications
  }

  private static let reason = ToolParameter("reason", .text, isRequired: false, description: "Why, in one sentence.")

  var definitions: [ToolDefinition] { specifications.map(\.definition) }
  var names: Set<String> { Set(specifications.map(\.name)) }
  var promptText: String { specifications.map(\.promptLine).joined(separator: "\n") }

  /// Reads the first call of an answer, native or in its text; nil where there is none that can be carried out.
  func oversight(in reply: ModelReply) -> Oversight? {
    OfferedTools(definitions).read(reply).calls.first.flatMap(oversight)
  }

  private func oversight(of call: ToolCall) -> Oversight? {
    let reason = call.arguments["reason"]?.string
    func text(_ name: String) -> String? { call.arguments[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    switch call.name {
    case "continue": return Oversight(.approve, reason: reason)
    case "modify": return text("message").map { Oversight(.modify($0), reason: reason) }
    case "redirect": return text("to").map { Oversight(.redirect(to: $0), reason: reason) }
    case "stop":
      let isAgreement = call.arguments["outcome"] == "agreement"
      return text("summary").map { Oversight(.stop(Oversight.Conclusion(isAgreement: isAgreement, summary: $0))) }
    default: return nil
    }
  }
}
