import JSON
import SourceControl

/// Finds lines by a pattern, or lists files.
package struct SearchFilesHandler: ToolHandler {
  /// The most lines and bytes of one answer.
  static let mostLines = 200
  static let mostBytes = 64 << 10

  package init() {}

  package let specification = ToolSpecification(
    name: "search_files",
    description: """
      Find lines that match a POSIX extended regular expression ([0-9] and not \\d), or list the files if no pattern \
      is given. Ignored and binary files are left out.
      """,
    parameters: [
      ToolParameter("pattern", .text, isRequired: false, description: "What the lines match; not given: list files."),
      ToolParameter("path", .text, isRequired: false, description: "Only this folder or file."),
      ToolParameter("glob", .text, isRequired: false, description: "Only files like this: '*.c' or 'src/**/*.h'."),
    ],
    phases: PhaseName.allCases,
    example: ["pattern": "void +parse_", "path": "src", "glob": "*.c"]
  )

  package func answer(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> ToolAnswer {
    let files = try await files(arguments, in: context)
    var listing = CappedLines(most: Self.mostLines, bytes: min(Self.mostBytes, context.resultLimit))
    guard let pattern = arguments.optionalText("pattern") else {
      for file in files {
        listing.append(file.isLink ? "\(file.path) (symbolic link)" : "\(file.path) (\(file.size) bytes)")
      }
      return ToolAnswer(listing.text(of: files.count, "file", empty: "No files."))
    }
    let found = try await context.search.lines(
      matching: pattern,
      in: files.filter { !$0.isLink && $0.size > 0 }.map { $0.path },
      of: context.workspace.root,
      most: Self.mostLines
    )
    var count = 0
    for match in found.lines {
      for (number, text) in try await lines(of: match, in: context) {
        count += 1
        listing.append("\(match.path):\(number): \(text)")
      }
    }
    var text = listing.text(of: count, "line", isMore: found.isCut, empty: "No line of \(files.count) files matches.")
    if let warning = found.warning { text += "\nNote: \(warning)" }
    return ToolAnswer(text)
  }

  private func files(_ arguments: ToolArguments, in context: ToolContext) async throws(ToolError) -> [ListedFile] {
    var files: [ListedFile]
    do throws(WorkspaceError) {
      files = try await context.workspace.files()
    } catch {
      throw ToolError(error)
    }
    var folder: ProjectPath?
    if let text = arguments.optionalText("path"), !context.workspace.isRoot(text) {
      let location = try await context.location(of: text)
      switch location.kind {
      case .missing: throw .respondToModel("There is no '\(text)' in the project.")
      case .special: throw .respondToModel("'\(text)' is no regular file.")
      case .folder:
        folder = location.path
        files = files.filter { $0.path.isInside(location.path) }
      case .file:
        let size = try await context.existingFile(text).bytes.count
        return [ListedFile(path: location.path, size: size, isLink: false)]
      }
    }
    guard let text = arguments.optionalText("glob") else { return files }
    let glob = GlobPattern(text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
    return files.filter { file in
      let components = file.path.components
      guard glob.hasSlash else { return glob.matches(file.path.name) }
      let below = components.dropFirst(folder?.components.count ?? 0)
      return glob.matches(components.joined(separator: "/")) || glob.matches(below.joined(separator: "/"))
    }
  }

  /// The matching lines, read by the one way that never leaves the project; none if the file went or is closed.
  private func lines(of match: FoundLines.FileMatch, in context: ToolContext) async throws(ToolError) -> [(Int, String)]
  {
    let file: FileContents?
    do throws(WorkspaceError) {
      file = try await context.workspace.contents(of: match.path)
    } catch {
      if error.code == .environment { throw ToolError(error) }
      return []
    }
    guard let file, file.path == match.path else { return [] }
    let lines = TextLines(file.bytes)
    return match.numbers.filter { $0 <= lines.count }.map { number in
      let line = lines.line(number)
      return (number, String(decoding: line.prefix(300), as: UTF8.self) + (line.count > 300 ? " …" : ""))
    }
  }
}
