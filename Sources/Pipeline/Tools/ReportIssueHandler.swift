import JSON
import SourceControl

/// Notes something that is wrong in a file under review.
package struct ReportIssueHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "report_issue",
    description: "Report one thing that is wrong in a file under review and must be fixed. Call it once for each.",
    parameters: [
      ToolParameter("path", .text, description: "Path of a file under review."),
      ToolParameter("kind", .choice(ReviewIssue.Kind.allCases.map(\.rawValue)), description: "What sort of mistake."),
      ToolParameter("description", .text, description: "What is wrong, and how it shows."),
      ToolParameter("line", .integer(1...(.max)), isRequired: false, description: "The line, from 1."),
      ToolParameter("suggestion", .text, isRequired: false, description: "How to put it right."),
    ],
    phases: [.qa],
    example: [
      "path": "src/main.c", "kind": "logic", "description": "The loop leaves out the last element.", "line": 12,
    ]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let path = try await context.reviewedPath(arguments.text("path"))
    guard let kind = ReviewIssue.Kind(rawValue: arguments.text("kind")) else {
      preconditionFailure("The choices of 'kind' are the kinds of issues")
    }
    let issue = ReviewIssue(
      path: path,
      kind: kind,
      description: arguments.text("description"),
      line: arguments.optionalInteger("line"),
      suggestion: arguments.optionalText("suggestion")
    )
    return ToolAnswer("Noted: '\(path)' has an issue of kind '\(kind.rawValue)'.", effect: .issue(issue))
  }
}
