import JSON

/// Ends a step whose work is done.
package struct FinishHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "finish",
    description: "End this step once its work is done, or if nothing needs to be done.",
    parameters: [
      ToolParameter("summary", .text, description: "What was done, or why nothing was, in a few sentences.")
    ],
    phases: [.coding, .debugging, .documentation],
    example: ["summary": "Added the parser and its tests; all checks pass."]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    ToolAnswer("The step ends here.", effect: .finished(summary: arguments.text("summary")))
  }
}
