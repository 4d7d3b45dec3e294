import JSON

/// Runs one of the project's checks.
package struct RunCheckHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "run_check",
    description: "Run one of the project's checks (build, tests, lint) by its name and get its result.",
    parameters: [ToolParameter("name", .text, description: "The name of the check.")],
    phases: [.coding, .qa, .debugging],
    example: ["name": "test.sh"]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let name = arguments.text("name")
    guard context.checks.contains(name) else {
      let names = context.checks.map { "'\($0)'" }.joined(separator: ", ")
      let known = context.checks.isEmpty ? "This project has no checks." : "The checks are \(names)."
      throw .respondToModel("There is no check '\(name)'. \(known)")
    }
    do {
      return ToolAnswer(PromptSplitter.cut(try await context.runCheck(name), to: context.resultLimit))
    } catch {
      throw ToolError(calling: error)
    }
  }
}
