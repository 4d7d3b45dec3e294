import JSON
import SourceControl

/// Approves one file under review, as it is and after it was shown.
package struct ApproveHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "approve",
    description:
      "Approve a file under review that you have read and found right. Every one needs a verdict of its own.",
    parameters: [
      ToolParameter("path", .text, description: "Path of a file under review."),
      ToolParameter("notes", .text, isRequired: false, description: "What was looked at."),
    ],
    phases: [.qa],
    example: ["path": "src/main.c", "notes": "Handles empty input; the tests cover it."]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let name = arguments.text("path")
    let path = try await context.reviewedPath(name)
    if let file = try await context.contents(of: name) {
      guard let known = context.seen[path] else {
        throw .respondToModel("'\(name)' was not shown to you in this review. Read all of it with 'read_file' first.")
      }
      guard known == file.id else { throw ToolError(.changed(name)) }
    }
    return ToolAnswer("Approved '\(name)'.", effect: .approval(path, notes: arguments.optionalText("notes")))
  }
}
