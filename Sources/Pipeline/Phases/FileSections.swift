import SourceControl

/// The parts of a prompt that show files, and which contents they show whole.
struct FileSections {
  /// Larger files are named, and left to be read by tool.
  static let largestShown = 24_000
  static let largestTotal = 60_000
  static let mostListed = 200

  private(set) var shown: [ProjectPath: ObjectID] = [:]
  private let workspace: Workspace
  private var total = 0

  init(workspace: Workspace) {
    self.workspace = workspace
  }

  /// Shows the text of each path, or says why it is not shown.
  mutating func texts(of paths: [ProjectPath]) async -> String {
    var parts: [String] = []
    for path in paths { parts.append(await text(of: path)) }
    return parts.joined(separator: "\n\n")
  }

  private mutating func text(of path: ProjectPath) async -> String {
    let contents: FileContents?
    do {
      contents = try await workspace.contents(of: path)
    } catch {
      return "`\(path)`: \(error.description)"
    }
    guard let contents else { return "`\(path)` does not exist." }
    guard let text = String(validating: contents.bytes, as: UTF8.self) else { return "`\(path)` is no text." }
    let size = contents.bytes.count
    guard size <= Self.largestShown, total + size <= Self.largestTotal else {
      return "`\(path)` has \(size) bytes and is not shown; read it."
    }
    total += size
    shown[path] = contents.id
    let fence = text.contains("```") ? "````" : "```"
    return "`\(path)`:\n\n\(fence)\n\(text)\(text.hasSuffix("\n") || text.isEmpty ? "" : "\n")\(fence)"
  }

  /// Lists the files of the project.
  static func list(_ files: ProjectListing) -> String {
    let paths = files.files.keys.sorted()
    guard !paths.isEmpty else { return "The project has no files yet." }
    let lines = paths.prefix(mostListed).map { "- `\($0)`" }
    let rest = paths.count - lines.count
    return (lines + (rest > 0 ? ["- and \(rest) more"] : [])).joined(separator: "\n")
  }
}
