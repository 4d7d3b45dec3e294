import JSON

/// Shows a text file, or some lines of it.
package struct ReadFileHandler: ToolHandler {
  package init() {}

  package let specification = ToolSpecification(
    name: "read_file",
    description: "Read a text file of the project, whole or from start_line to end_line.",
    parameters: [
      ToolParameter("path", .text, description: "Path relative to the project's folder."),
      ToolParameter("start_line", .integer(1...(.max)), isRequired: false, description: "First line, from 1."),
      ToolParameter("end_line", .integer(1...(.max)), isRequired: false, description: "Last line, included."),
    ],
    phases: PhaseName.allCases,
    example: ["path": "src/main.c", "start_line": 1, "end_line": 200]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let name = arguments.text("path")
    let file = try await context.existingFile(name)
    guard file.text != nil else {
      throw .respondToModel("'\(name)' is no UTF-8 text (\(file.bytes.count) bytes), so it cannot be shown.")
    }
    let lines = TextLines(file.bytes)
    if lines.count == 0 { return ToolAnswer("'\(name)' is empty.", observed: [file.path: file.id]) }
    let start = arguments.optionalInteger("start_line") ?? 1
    let end = min(arguments.optionalInteger("end_line") ?? lines.count, lines.count)
    guard start <= lines.count else {
      throw .respondToModel("'\(name)' has \(lines.size); start_line \(start) is behind its end.")
    }
    guard start <= end else { throw .respondToModel("start_line \(start) is behind end_line \(end).") }
    let part = FilePart(lines, start...end, limit: context.resultLimit)
    // A review must have seen all of a text, or its end if it does not fit into one answer.
    let isShown =
      context.phase != .qa || (part.last == lines.count && (start == 1 || file.bytes.count > context.resultLimit))
    return ToolAnswer(
      part.text(named: name, of: lines),
      observed: isShown ? [file.path: file.id] : [:]
    )
  }
}

/// As many lines as fit into one answer.
private struct FilePart {
  let first: Int
  let last: Int
  private let shown: String
  private let isCutInLine: Bool

  init(_ lines: TextLines, _ range: ClosedRange<Int>, limit: Int) {
    first = range.lowerBound
    var last = first
    var size = lines.line(first).count
    while last < range.upperBound, size + 1 + lines.line(last + 1).count <= limit {
      last += 1
      size += 1 + lines.line(last).count
    }
    self.last = last
    isCutInLine = size > limit
    if isCutInLine {
      shown = String(decoding: lines.line(first).prefix(limit), as: UTF8.self)
    } else if lines.ends == .carriageReturn {
      shown = (first...last).map { lines.text($0) }.joined(separator: "\n") + "\n"
    } else {
      let start = lines.ranges[first - 1].lowerBound
      let end = lines.ranges[last - 1].upperBound
      shown = String(decoding: lines.bytes[start..<min(end + 1, lines.bytes.count)], as: UTF8.self)
    }
  }

  func text(named name: String, of lines: TextLines) -> String {
    let range =
      first == 1 && last == lines.count ? "all of it (\(lines.size))" : "lines \(first)-\(last) of \(lines.count)"
    var notes: [String] = []
    if isCutInLine { notes.append("line \(first) is longer than one answer and cut here") }
    if last < lines.count { notes.append("go on with start_line \(last + 1)") }
    if lines.ends == .carriageReturn { notes.append("line ends are CRLF, not shown; edits keep them") }
    if lines.ends == .mixed { notes.append("line ends are mixed, CRLF and LF") }
    if last == lines.count, lines.bytes.last != UInt8(ascii: "\n") { notes.append("no newline at the end") }
    return "'\(name)', " + ([range] + notes).joined(separator: "; ") + ":\n" + shown
  }
}
