import JSON

/// Puts a question to the user.
package struct AskUserHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "ask_user",
    description: "Ask the user something that nothing in the project answers. The work stops until it is answered.",
    parameters: [ToolParameter("question", .text, description: "One question that can be answered in a line or two.")],
    phases: [.planning, .coding, .debugging],
    example: ["question": "Must dates be shown in UTC or in local time?"]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    ToolAnswer("The question was put to the user.", effect: .question(arguments.text("question")))
  }
}
