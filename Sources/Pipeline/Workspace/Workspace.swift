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
  private let witness: (any ProjectWitness)?
  /// How often files are listed that change while their contents are read.
  private static let mostLooks = 5
  private var found = FoundFiles()
  /// The files that the witness has heard of since the last checkpoint.
  private var told: Set<ProjectPath> = []
  /// What was of no concern when the files were listed last.
  private var unlisted: Set<ProjectPath> = []

  /// Opens the folder; files are read and written on the thread of `executor`.
  ///
  /// Where it is not durable, a loss of power may leave a changed file empty. A witness is there whenever somebody looks.
  package init(
    root: String,
    executor: QueueExecutor = QueueExecutor(label: "autonomy.workspace"),
    isDurable: Bool = true,
    witness: (any ProjectWitness)? = nil
  ) throws(WorkspaceError) {
    self.executor = executor
    self.isDurable = isDurable
    self.witness = witness
    folder = try ProjectFolder(root, isDurable: isDurable)
    givenRoot = root
    self.root = folder.path
    walker = FileWalker(root: folder.path)
  }

  /// Opens another folder, whose files are read and written on the same thread, and of which no witness hears.
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
    witness?.beforeLook()
    let place = try visiblePlace(of: path)
    // What took the place of a file may be told of by all that is in it.
    if witness != nil, case .folder = place.kind, walker[path] != nil { _ = try tree() }
    guard let bytes = try folder.bytes(at: place, limit: Self.largestFile) else {
      try noteMissing(place, named: path)
      return nil
    }
    var (links, isExecutable) = (1, false)
    if case .file(let status) = place.kind {
      (links, isExecutable) = (Int(status.st_nlink), status.st_mode & S_IXUSR != 0)
    }
    let id = try ObjectID.of(bytes, at: path.description)
    let real = try Self.path(place, named: path)
    note(real, FileVersion(kind: isExecutable ? .executable : .file, id: id), bytes, named: path)
    return FileContents(path: real, bytes: bytes, id: id, links: links, isExecutable: isExecutable)
  }

  /// The bytes that Git would keep of what is at `path` itself: of a link that is where it leads; nil if there is nothing.
  package func storedBytes(of path: ProjectPath) throws(WorkspaceError) -> [UInt8]? {
    try bytes(of: path, folder.link(on: path) == nil ? .file : .link)
  }

  /// Answers the place that `path` leads to, symbolic links followed, and whether a file is there.
  package func location(of path: ProjectPath) throws(WorkspaceError) -> FileLocation {
    witness?.beforeLook()
    let place = try visiblePlace(of: path)
    if case .missing = place.kind { try noteMissing(place, named: path) }
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
  /// `extra` are files that belong to it though rules ignore them, and `unlisted` those that are of no concern; without
  /// them, those that were named last are.
  package func tree(
    including extra: Set<ProjectPath>? = nil,
    ignoring unlisted: Set<ProjectPath>? = nil
  ) throws(WorkspaceError) -> FileTree {
    witness?.beforeLook()
    if let extra { walker.extra = extra }
    if let unlisted { self.unlisted = unlisted }
    do {
      var tree = try walker.walk()
      // What changes under the eyes of a witness is looked at again.
      var looks = 1
      while !noteListing(isLast: looks == Self.mostLooks) {
        tree = try walker.walk()
        looks += 1
      }
      return tree
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
    witness?.beforeLook()
    do throws(WorkspaceError) {
      try folder.apply(change, limit: Self.largestFile)
    } catch {
      // What is in its way is news.
      if witness != nil { _ = try? contents(of: change.path) }
      throw error
    }
    guard witness != nil else { return }
    let isExecutable = change.mode == FileChange.executableMode
    found.write(change.path, change.after, kind: walker[change.path]?.kind ?? (isExecutable ? .executable : .file))
  }

  /// Says whether a change that was journalled has been carried out, and clears away what an interruption left.
  package func standing(of change: FileChange) throws(WorkspaceError) -> FileChange.Standing {
    witness?.beforeLook()
    let place = try folder.place(of: change.path)
    // A link has taken the place of the file or of a folder above it.
    guard place.components == change.path.components else { return .conflict }
    if place.missingFolders.isEmpty { folder.removeUnfinishedFiles(in: place.folder) }
    let bytes = try folder.bytes(at: place, limit: Self.largestFile)
    let now: ObjectID? = if let bytes { try ObjectID.of(bytes, at: change.path.description) } else { nil }
    if now == change.after { return .applied }
    return now == change.before ? .pending : .conflict
  }

  // MARK: - Witness

  /// The files that the witness has heard of since the last checkpoint; a new one may hold them otherwise again.
  package func takeTold() -> Set<ProjectPath> {
    defer { told = [] }
    return told
  }

  /// Takes in what a checkpoint has caught since the one before, and what other files are in it; answers what of that the
  /// witness has not heard of.
  package func news(
    in changes: [SnapshotChange],
    and others: [ProjectPath: ObjectID?]
  ) -> [(path: ProjectPath, version: FileVersion?)] {
    guard let witness, witness.wantsNews, walker.hasWalked else { return [] }
    var captured = changes.map { (path: $0.path, version: $0.after) }
    for (path, id) in others.sorted(by: { $0.key < $1.key }) {
      // Where it is what was listed, it is of that kind.
      let kind = walker[path].flatMap { $0.id == id ? FileVersion($0).kind : nil } ?? .file
      captured.append((path, id.map { FileVersion(kind: kind, id: $0) }))
    }
    return captured.filter { path, version in
      found.look(at: path, version, listed: walker[path].map { FileVersion($0) })
    }
  }

  private func note(_ path: ProjectPath, _ version: FileVersion?, _ bytes: [UInt8], named name: ProjectPath) {
    guard let witness, witness.wantsNews, walker.hasWalked else { return }
    var news: [(path: ProjectPath, version: FileVersion?)] = []
    var links: [ProjectPath: [UInt8]] = [:]
    // Only then a link may be on the way.
    if path != name || version == nil, let (link, text) = folder.link(on: name), let id = try? ObjectID(blob: text) {
      links[link] = text
      let version = FileVersion(kind: .link, id: id)
      if found.look(at: link, version, listed: walker[link].map { FileVersion($0) }) { news.append((link, version)) }
    }
    if found.look(at: path, version, listed: walker[path].map { FileVersion($0) }) { news.append((path, version)) }
    guard !news.isEmpty else { return }
    told.formUnion(news.map(\.path))
    witness.found(news) { path, _ in links[path] ?? bytes }
  }

  private func noteMissing(_ place: ProjectFolder.Place, named path: ProjectPath) throws(WorkspaceError) {
    if witness != nil { note(try Self.path(place, named: path), nil, [], named: path) }
  }

  /// Tells what the last listing has found; answers whether that is still so, or this was the last look.
  private func noteListing(isLast: Bool) -> Bool {
    guard let witness else { return true }
    let news = found.list(walker.changes, ignoring: unlisted) {
      walker[$0].map { FileVersion($0) }
    } isThere: { path in
      [.file, .link].contains(FileKind.ofEntry("\(root)/\(path)"))
    }
    guard !news.isEmpty, witness.wantsNews, !OwnTraces.areKept else { return true }
    var known: [(path: ProjectPath, version: FileVersion?)] = []
    var contents: [ProjectPath: [UInt8]] = [:]
    for file in news {
      if let version = file.version {
        // What may not be read, or is too large, is told of without what it holds.
        let content = Result { try bytes(of: file.path, version.kind) }
        let hasChanged =
          switch content {
          case .success(let bytes): bytes.flatMap { try? ObjectID(blob: $0) } != version.id
          case .failure: FileKind.ofEntry("\(root)/\(file.path)") == nil
          }
        if hasChanged, !isLast {
          found.forget(file)
          continue
        }
        if case .success(let bytes) = content { contents[file.path] = bytes }
      }
      known.append((file.path, file.version))
    }
    told.formUnion(known.map(\.path))
    if !known.isEmpty { witness.found(known) { path, _ in contents[path] } }
    return known.count == news.count
  }

  /// What Git would keep of a file; of a link that is where it leads.
  private func bytes(of path: ProjectPath, _ kind: FileEntry.Kind) throws(WorkspaceError) -> [UInt8]? {
    if kind == .link { return folder.link(on: path).flatMap { $0.path == path ? $0.text : nil } }
    return try folder.bytes(at: visiblePlace(of: path), limit: Self.largestFile)
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
