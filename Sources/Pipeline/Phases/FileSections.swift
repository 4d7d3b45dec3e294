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
  mutating func files(_ paths: [ProjectPath]) async -> [PromptFile] {
    var files: [PromptFile] = []
    for path in paths {
      do throws(WorkspaceError) {
        files.append(file(path, try await workspace.contents(of: path)))
      } catch {
        files.append(Self.unreadable(path, error))
      }
    }
    return files
  }

  /// The same for the files of a task; throws where the user may not read one, as no model can mend that.
  mutating func filesOfTask(_ task: TaskRecord) async throws(WorkspaceError) -> [PromptFile] {
    var files: [PromptFile] = []
    for path in task.reviewedPaths {
      do throws(WorkspaceError) {
        files.append(file(path, try await workspace.contents(of: path)))
      } catch {
        guard error.code != .notPermitted else { throw error }
        files.append(Self.unreadable(path, error))
      }
    }
    return files
  }

  private static func unreadable(_ path: ProjectPath, _ error: WorkspaceError) -> PromptFile {
    PromptFile(path, .unreadable, text: "`\(path)`: \(error.description)")
  }

  private mutating func file(_ path: ProjectPath, _ contents: FileContents?) -> PromptFile {
    guard let contents else { return PromptFile(path, .absent, text: "`\(path)` does not exist.") }
    let size = contents.bytes.count
    guard let text = String(validating: contents.bytes, as: UTF8.self) else {
      return PromptFile(path, .unreadable, size: size, text: "`\(path)` is no text.")
    }
    guard size <= Self.largestShown, total + size <= Self.largestTotal else { return .named(path, size: size) }
    total += size
    shown[path] = contents.id
    let fence = text.contains("```") ? "````" : "```"
    let end = text.hasSuffix("\n") || text.isEmpty ? "" : "\n"
    return PromptFile(path, .shown, size: size, text: "`\(path)`:\n\n\(fence)\n\(text)\(end)\(fence)")
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
