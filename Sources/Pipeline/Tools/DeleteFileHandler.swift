import JSON

/// Removes one file.
package struct DeleteFileHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "delete_file",
    description: "Delete one file that you have read.",
    parameters: [ToolParameter("path", .text, description: "Path relative to the project's folder.")],
    phases: [.coding, .debugging],
    changesFiles: true,
    example: ["path": "src/unused.c"]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let name = arguments.text("path")
    _ = try await context.existingFile(name)
    let target = try await context.fileToChange(name)
    guard let file = target.contents else { throw ToolError(.changed(name)) }
    let change = FileChange(path: file.path, before: file.id, after: nil, content: nil)
    return ToolAnswer("Deleted '\(name)'.", effect: .change(change))
  }
}
