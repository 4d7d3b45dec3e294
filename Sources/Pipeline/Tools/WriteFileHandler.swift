import JSON

/// Creates a file, or replaces all of its content.
package struct WriteFileHandler: ToolHandler {
  /// The largest content that a model may write.
  static let mostBytes = 1 << 20

  private let isBesideEdit: Bool
  package let specification: ToolSpecification

  package init() {
    self.init(isBesideEdit: true)
  }

  private init(isBesideEdit: Bool) {
    self.isBesideEdit = isBesideEdit
    let advice = isBesideEdit ? " For a change to a part of a file use edit_file." : ""
    specification = ToolSpecification(
      name: "write_file",
      description: """
        Create a file, or replace the whole content of one that you have read. Give all of it: nothing is left out or \
        filled in.\(advice)
        """,
      parameters: [
        ToolParameter("path", .text, description: "Path relative to the project's folder; folders are made."),
        ToolParameter("content", .content, description: "The whole content of the file."),
      ],
      phases: [.coding, .debugging, .documentation],
      changesFiles: true,
      example: ["path": "src/greeting.txt", "content": "Hello\n"]
    )
  }

  package func beside(_ names: Set<String>) -> any ToolHandler {
    WriteFileHandler(isBesideEdit: names.contains("edit_file"))
  }

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let name = arguments.text("path")
    var content = Array(arguments.text("content").utf8)
    guard content.count <= Self.mostBytes else {
      throw .respondToModel("'\(name)' would have \(content.count) bytes; at most \(Self.mostBytes) are written.")
    }
    let target = try await context.fileToChange(name)
    let oldLines = target.contents.map { TextLines($0.bytes) }
    if let line = ElisionMarker.first(in: content, of: name, unlessIn: oldLines) {
      throw .respondToModel(
        """
        '\(name)' was not written: the line '\(line)' stands for text that was left out. \
        Give the whole content\(oldLines == nil || !isBesideEdit ? "." : ", or change a part with 'edit_file'.")
        """
      )
    }
    guard let oldLines else { return try creation(of: name, content, at: target) }
    if oldLines.ends == .carriageReturn, !content.contains(UInt8(ascii: "\r")) {
      content = TextLines.withCarriageReturns(content)
    }
    let lines = TextLines(content)
    if let refusal = refusal(of: name, from: oldLines, to: lines) { throw .respondToModel(refusal) }
    let change = try target.change(to: content)
    if change.after == change.before {
      return ToolAnswer("'\(name)' has exactly this content already; nothing was changed.")
    }
    let ends = lines.ends == .carriageReturn ? " Its line ends are CRLF, as before." : ""
    return ToolAnswer(
      "Wrote '\(name)' (\(lines.size)).\(ends)",
      effect: .change(change),
      observed: change.after.map { [change.path: $0] } ?? [:]
    )
  }

  private func creation(
    of name: String,
    _ content: [UInt8],
    at target: ToolContext.FileToChange
  ) throws(ToolError) -> ToolAnswer {
    let isScript = content.starts(with: Array("#!".utf8))
    let change = try target.change(to: content, mode: isScript ? FileChange.executableMode : FileChange.plainMode)
    let note = isScript ? " It is executable, because it begins with '#!'." : ""
    return ToolAnswer(
      "Created '\(name)' (\(TextLines(content).size)).\(note)",
      effect: .change(change),
      observed: change.after.map { [change.path: $0] } ?? [:]
    )
  }

  /// Says why replacing the old lines by the new ones looks like a loss.
  private func refusal(of name: String, from old: TextLines, to new: TextLines) -> String? {
    let before = old.nonBlankCount
    let after = new.nonBlankCount
    if before > 0 && after == 0 {
      let advice = isBesideEdit ? " Change parts of it with 'edit_file'." : ""
      return "'\(name)' was not written: its content would be gone.\(advice)"
    }
    if old.count >= 20 && after * 2 < before {
      let advice = isBesideEdit ? "to remove parts use 'edit_file'" : "to remove so much take several steps"
      return """
        '\(name)' was not written: \(after) of its \(before) lines with text would be left. If you left some out, \
        give all of them; \(advice).
        """
    }
    return nil
  }
}
