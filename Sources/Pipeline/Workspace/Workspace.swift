import CSystem
@unsafe @preconcurrency import Glibc
package import Persistence
package import SourceControl

/// The files of one project as its models may see and change them.
///
/// Paths are followed without ever leaving the project; `.git`, `.autonomy` and what `.autonomyignore` names are
/// closed. Only `apply` changes anything.
package actor Workspace {
  /// Larger files are neither read nor changed.
  package static let largestFile = 16 << 20

  /// Absolute, without symbolic links.
  package nonisolated let root: String
  private let givenRoot: String
  private nonisolated let isDurable: Bool
  /// Files may be slow, so they are not waited for on the cooperative pool.
  private let executor: QueueExecutor
  private let folder: ProjectFolder
  private var ignored = HiddenFiles()
  private var walker: FileWalker

  /// Opens the folder; files are read and written on the thread of `executor`.
  ///
  /// Where it is not durable, a loss of power may leave a changed file empty.
  package init(
    root: String,
    executor: QueueExecutor = QueueExecutor(label: "autonomy.workspace"),
    isDurable: Bool = true
  ) throws(WorkspaceError) {
    self.executor = executor
    self.isDurable = isDurable
    folder = try ProjectFolder(root, isDurable: isDurable)
    givenRoot = root
    self.root = folder.path
    walker = FileWalker(root: folder.path)
  }

  /// Opens another folder, whose files are read and written on the same thread.
  package nonisolated func sibling(at root: String) throws(WorkspaceError) -> Workspace {
    try Workspace(root: root, executor: executor, isDurable: isDurable)
  }

  package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// Reads what a model wrote as a path; absolute ones are taken if they begin with the project's folder.
  package nonisolated func path(_ text: String) throws(WorkspaceError) -> ProjectPath {
    var relative = text
    if text.utf8.first == UInt8(ascii: "/") {
      guard let inside = Self.components(of: text, below: root) ?? Self.components(of: text, below: givenRoot) else {
        throw .outside(text)
      }
      relative = inside.joined(separator: "/")
    }
    let names = relative.split(separator: "/").filter { $0 != "." }
    guard !names.contains("..") else { throw Self.leadsOut(names) ? .outside(text) : .wayUp(text) }
    do throws(InvalidPath) {
      return try ProjectPath(relative)
    } catch {
      throw WorkspaceError(.invalidPath, path: text, "'\(text)' is no path of a file in the project.")
    }
  }

  /// Whether a path goes up by more folders than it has gone down.
  private static func leadsOut(_ names: [Substring]) -> Bool {
    var depth = 0
    for name in names {
      depth += name == ".." ? -1 : 1
      if depth < 0 { return true }
    }
    return false
  }

  /// Says whether `text` means the project's folder itself.
  package nonisolated func isRoot(_ text: String) -> Bool {
    if text.utf8.first != UInt8(ascii: "/") { return text.split(separator: "/").allSatisfy { $0 == "." } }
    return [root, givenRoot].contains { Self.components(of: text, below: $0)?.isEmpty == true }
  }

  private static func components(of text: String, below root: String) -> [Substring]? {
    let own = root.split(separator: "/").filter { $0 != "." }
    let given = text.split(separator: "/").filter { $0 != "." }
    guard root.utf8.first == UInt8(ascii: "/"), given.starts(with: own) else { return nil }
    return Array(given.dropFirst(own.count))
  }

  /// Reads a file; nil if there is none.
  package func contents(of path: ProjectPath) throws(WorkspaceError) -> FileContents? {
    let place = try visiblePlace(of: path)
    guard let bytes = try folder.bytes(at: place, limit: Self.largestFile) else { return nil }
    var (links, isExecutable) = (1, false)
    if case .file(let status) = place.kind {
      (links, isExecutable) = (Int(status.st_nlink), status.st_mode & S_IXUSR != 0)
    }
    let id = try ObjectID.of(bytes, at: path.description)
    return FileContents(
      path: try Self.path(place, named: path),
      bytes: bytes,
      id: id,
      links: links,
      isExecutable: isExecutable
    )
  }

  /// Answers the place that `path` leads to, symbolic links followed, and whether a file is there.
  package func location(of path: ProjectPath) throws(WorkspaceError) -> FileLocation {
    let place = try visiblePlace(of: path)
    let kind: FileLocation.Kind =
      switch place.kind {
      case .missing: .missing
      case .file: .file
      case .folder: .folder
      case .special: .special
      }
    return FileLocation(path: try Self.path(place, named: path), kind: kind)
  }

  /// Looks at all of the project's files, as Git would; hidden ones included, so this is not for models.
  ///
  /// `extra` are files that belong to it though rules ignore them; without it, those that were named last do.
  package func tree(including extra: Set<ProjectPath>? = nil) throws(WorkspaceError) -> FileTree {
    if let extra { walker.extra = extra }
    do {
      return try walker.walk()
    } catch {
      throw WorkspaceError(.environment, path: ".", "The project's files could not be listed. \(error)")
    }
  }

  /// Lists the project's files in the order of their paths, without what Git ignores and what is hidden from models.
  package func files() throws(WorkspaceError) -> [ListedFile] {
    var files: [ListedFile] = []
    for (path, entry) in try tree().entries {
      if try ignored.hides(path, isFolder: false, in: folder) { continue }
      files.append(ListedFile(path: path, size: entry.size, isLink: entry.kind == .link))
    }
    return files.sorted { $0.path < $1.path }
  }

  /// Says why nobody may change the file at `path`, which must be a place that `location` or `contents` answered.
  package nonisolated func refusalToWrite(_ path: ProjectPath) -> WorkspaceError? {
    ProtectedPaths.refusalToWrite(path.components)
  }

  /// Carries `change` out, or changes nothing and says why.
  package func apply(_ change: FileChange) throws(WorkspaceError) {
    try folder.apply(change, limit: Self.largestFile)
  }

  /// Says whether a change that was journalled has been carried out, and clears away what an interruption left.
  package func standing(of change: FileChange) throws(WorkspaceError) -> FileChange.Standing {
    let place = try folder.place(of: change.path)
    // A link has taken the place of the file or of a folder above it.
    guard place.components == change.path.components else { return .conflict }
    if place.missingFolders.isEmpty { folder.removeUnfinishedFiles(in: place.folder) }
    let bytes = try folder.bytes(at: place, limit: Self.largestFile)
    let now: ObjectID? = if let bytes { try ObjectID.of(bytes, at: change.path.description) } else { nil }
    if now == change.after { return .applied }
    return now == change.before ? .pending : .conflict
  }

  private func visiblePlace(of path: ProjectPath) throws(WorkspaceError) -> ProjectFolder.Place {
    let place = try folder.place(of: path)
    var isFolder = false
    if case .folder = place.kind { isFolder = true }
    if try ignored.hides(Self.path(place, named: path), isFolder: isFolder, in: folder) {
      throw WorkspaceError(
        .hidden,
        path: path.description,
        "'\(path)' is hidden from models by the user's '.autonomyignore'."
      )
    }
    return place
  }

  private static func path(_ place: ProjectFolder.Place, named path: ProjectPath) throws(WorkspaceError) -> ProjectPath
  {
    do throws(InvalidPath) {
      return try ProjectPath(place.components.joined(separator: "/"))
    } catch {
      throw WorkspaceError(.invalidPath, path: path.description, "'\(path)' is no file of the project.")
    }
  }
}
