import JSON

/// Replaces one passage of a file, which must be there exactly once.
package struct EditFileHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "edit_file",
    description: """
      Replace old_text by new_text in a file that you have read. old_text must occur exactly once, with its exact \
      white space; take in more lines around it if it is not unique.
      """,
    parameters: [
      ToolParameter("path", .text, description: "Path relative to the project's folder."),
      ToolParameter("old_text", .content, description: "The exact passage as it is now."),
      ToolParameter("new_text", .content, description: "What stands there afterwards; empty to remove it."),
    ],
    phases: [.coding, .debugging, .documentation],
    changesFiles: true,
    example: ["path": "src/main.c", "old_text": "return 1;", "new_text": "return 0;"]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let name = arguments.text("path")
    if arguments.text("old_text").isEmpty {
      throw .respondToModel("'old_text' is empty. Give the passage to replace; a new file is made with 'write_file'.")
    }
    // Asked first: whoever misspells a path is not helped by hearing about hashes.
    _ = try await context.existingFile(name)
    let target = try await context.fileToChange(name)
    guard let file = target.contents else { throw ToolError(.changed(name)) }
    let lines = TextLines(file.bytes)
    let edit = PassageEdit(old: arguments.text("old_text"), new: arguments.text("new_text"), in: lines)
    let (old, new) = (edit.old, edit.new)
    if old == new { throw .respondToModel("'old_text' and 'new_text' are the same; nothing was changed.") }
    if let marker = ElisionMarker.first(in: new, of: name, unlessIn: TextLines(old)) {
      throw .respondToModel(
        "'\(name)' was not changed: the line '\(marker)' stands for text that was left out. Give all of the new text."
      )
    }
    let places = edit.places(in: file.bytes)
    guard let place = places.first, places.count == 1 else {
      throw .respondToModel(
        places.isEmpty ? Self.miss(old, in: lines, of: name) : Self.matches(places, in: lines, of: name)
      )
    }
    let content = edit.content(of: file.bytes, at: place)
    guard content.count <= max(WriteFileHandler.mostBytes, file.bytes.count) else {
      throw .respondToModel(
        "'\(name)' would have \(content.count) bytes; at most \(WriteFileHandler.mostBytes) are written."
      )
    }
    let change = try target.change(to: content)
    let newLines = TextLines(content)
    let first = newLines.number(at: place)
    let last = newLines.number(at: place + max(new.count - 1, 0))
    return ToolAnswer(
      "Changed '\(name)'. It now reads:\n\(newLines.excerpt((first - 2)...(last + 2), most: 30))",
      effect: .change(change),
      observed: change.after.map { [change.path: $0] } ?? [:]
    )
  }

  private static func matches(_ places: [Int], in lines: TextLines, of name: String) -> String {
    let numbers = places.map { String(lines.number(at: $0)) }.joined(separator: ", ")
    let count = places.count == 20 ? "at least 20" : "\(places.count)"
    return """
      'old_text' occurs \(count) times in '\(name)', in lines \(numbers); nothing was changed. Take in more of the \
      lines around the one you mean, so that it occurs once.
      """
  }

  private static func miss(_ old: [UInt8], in lines: TextLines, of name: String) -> String {
    let start = "'old_text' does not occur in '\(name)'; nothing was changed."
    guard let nearest = NearestText(to: old, in: lines) else {
      return "\(start) Nothing in the file is like it. Read it again with 'read_file'."
    }
    let reason =
      nearest.differsInSpaceOnly
      ? "Only white space differs\(nearest.hasTabs ? " (the file has tabs here)" : "")."
      : "The nearest passage, each line behind its number, is:"
    return "\(start) \(reason)\n\(nearest.excerpt)\nGive 'old_text' exactly as it is in the file, without the numbers."
  }
}
