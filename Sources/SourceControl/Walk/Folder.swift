import CLibGit2

/// A folder as the last walk found it.
///
/// As long as its own status stays the same, the names in it do, and each file costs one question to the system.
struct Folder: Sendable {
  let name: FileName
  /// The path from the project's root, with a slash at its end; empty for the root.
  let path: [UInt8]
  /// The id of its tree; nil if there is no file in it.
  private(set) var id: ObjectID?
  /// Whether it is ignored, and walked only for extra paths in it.
  private var isIgnored = false
  private var status: FileStatus?
  private var isTrusted = false
  private var ignoreFile = IgnoreFile()
  private var files: [File] = []
  private var folders: [Folder] = []

  /// A name in the folder that is not a folder itself.
  private struct File: Sendable {
    let name: FileName
    var status: FileStatus?
    var isTrusted = false
    var entry: FileEntry?
  }

  init(name: FileName, path: [UInt8]) {
    self.name = name
    self.path = path
  }

  /// Brings the folder and all below it up to date; no earlier judgement holds if the rules changed (`isRejudged`).
  mutating func refresh(_ handle: borrowing FileHandle, rules: IgnoreStack, isRejudged: Bool, walk: inout Walk) throws {
    let current = try FileStatus(of: handle.descriptor)
    var isRejudged = isRejudged
    var isStale = isRejudged || !isTrusted || current != status
    var rules = rules
    if !isIgnored {
      if isStale || ignoreFile.isPresent,
        ignoreFile.refresh(Self.ignoreFileName, in: handle.descriptor, at: walk.startedAt)
      {
        (isRejudged, isStale) = (true, true)
      }
      rules.push(ignoreFile.rules, depth: rules.prefix.count + path.count)
    }
    var isChanged = false
    if isStale {
      isChanged = try list(handle, rules: rules, walk: &walk)
      status = current
      isTrusted = current.isTrusted(asOf: walk.startedAt)
    }
    if try refreshFiles(in: handle.descriptor, walk: &walk) { isChanged = true }
    for index in folders.indices {
      let before = folders[index].id
      try refreshFolder(at: index, in: handle.descriptor, rules: rules, isRejudged: isRejudged, walk: &walk)
      if folders[index].id != before { isChanged = true }
    }
    if isChanged { id = try makeTree(library: walk.library) }
  }

  private static let ignoreFileName = FileName(".gitignore".utf8)
}

// MARK: - Names

extension Folder {
  /// Reads the names anew, keeps what is known of those that stay, and tells whether a file went.
  private mutating func list(_ handle: borrowing FileHandle, rules: IgnoreStack, walk: inout Walk) throws -> Bool {
    var knownFiles = Dictionary(files.map { ($0.name, $0) }) { first, _ in first }
    var knownFolders = Dictionary(folders.map { ($0.name, $0) }) { first, _ in first }
    files.removeAll(keepingCapacity: true)
    folders.removeAll(keepingCapacity: true)
    for listed in try handle.list() where !isOurs(listed.name) {
      let path = self.path + listed.name.text
      // A name that is gone again is no loss; the folder is stale then and read again.
      guard let isFolder = listed.isFolder ?? (try? FileStatus(of: listed.name, in: handle.descriptor).isFolder)
      else { continue }
      let isIgnored = self.isIgnored || rules.ignores(path, isFolder: isFolder)
      if isIgnored, !walk.takesIgnored(path, isFolder: isFolder) { continue }
      if isFolder {
        var folder = knownFolders.removeValue(forKey: listed.name)
        if folder?.isIgnored != isIgnored { folder?.isTrusted = false }
        folders.append(folder ?? Folder(name: listed.name, path: path + [slash]))
        folders[folders.count - 1].isIgnored = isIgnored
      } else {
        files.append(knownFiles.removeValue(forKey: listed.name) ?? File(name: listed.name))
      }
    }
    files.sort { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }
    folders.sort { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }
    for file in knownFiles.values { forget(file, walk: &walk) }
    for folder in knownFolders.values { folder.forgetAll(walk: &walk) }
    return knownFiles.values.contains { $0.entry != nil } || knownFolders.values.contains { $0.id != nil }
  }

  /// Tells whether a name is Git's at any depth, or this program's at the root.
  private func isOurs(_ name: FileName) -> Bool {
    name.text.elementsEqual(".git".utf8) || path.isEmpty && name.text.elementsEqual(".autonomy".utf8)
  }

  private func forget(_ file: File, walk: inout Walk) {
    let path = ProjectPath(trusted: self.path + file.name.text)
    walk.tree.skipped[path] = nil
    if file.entry != nil { walk.tree.entries[path] = nil }
  }

  private func forgetAll(walk: inout Walk) {
    walk.tree.skipped[projectPath] = nil
    for file in files { forget(file, walk: &walk) }
    for folder in folders { folder.forgetAll(walk: &walk) }
  }

  private var projectPath: ProjectPath { ProjectPath(trusted: path.dropLast()) }
}

// MARK: - Contents

extension Folder {
  /// Looks at every file and tells whether one is another now.
  private mutating func refreshFiles(in folder: Int32, walk: inout Walk) throws -> Bool {
    var isChanged = false
    for index in files.indices {
      let current: FileStatus
      do {
        current = try FileStatus(of: files[index].name, in: folder)
      } catch {
        isChanged = skip(fileAt: index, error.isAbsence ? nil : .unreadable(error.message), walk: &walk) || isChanged
        continue
      }
      if files[index].isTrusted, current == files[index].status { continue }
      isChanged = try refresh(fileAt: index, current, in: folder, walk: &walk) || isChanged
    }
    return isChanged
  }

  private mutating func refresh(
    fileAt index: Int,
    _ current: FileStatus,
    in folder: Int32,
    walk: inout Walk
  ) throws -> Bool {
    let content: Walk.Content?
    do {
      content = try walk.content(of: files[index].name, in: folder, status: current)
    } catch let failure as SkipFailure {
      return skip(fileAt: index, failure.reason, walk: &walk)
    }
    guard let content else { return skip(fileAt: index, nil, walk: &walk) }
    let status = content.status
    let kind: FileEntry.Kind = status.isLink ? .link : status.isExecutable ? .executable : .file
    let entry = FileEntry(
      kind: kind,
      size: status.size,
      modified: status.modified,
      inode: status.inode,
      id: content.id
    )
    let before = files[index].entry
    (files[index].status, files[index].isTrusted) = (status, content.isTrusted)
    if before == entry { return false }
    let path = ProjectPath(trusted: self.path + files[index].name.text)
    files[index].entry = entry
    walk.tree.entries[path] = entry
    if before == nil { walk.tree.skipped[path] = nil }
    return before?.id != entry.id || before?.kind != kind
  }

  /// Leaves a file out, and the reason with it unless it is simply gone; tells whether it was there before.
  private mutating func skip(fileAt index: Int, _ reason: SkipReason?, walk: inout Walk) -> Bool {
    let path = ProjectPath(trusted: self.path + files[index].name.text)
    let wasPresent = files[index].entry != nil
    files[index] = File(name: files[index].name)
    if reason == nil { isTrusted = false }
    walk.tree.skipped[path] = reason
    if wasPresent { walk.tree.entries[path] = nil }
    return wasPresent
  }

  private mutating func refreshFolder(
    at index: Int,
    in parent: Int32,
    rules: IgnoreStack,
    isRejudged: Bool,
    walk: inout Walk
  ) throws {
    do {
      let handle = try FileHandle(folders[index].name, in: parent, isFolder: true)
      if folders[index].status == nil { walk.tree.skipped[folders[index].projectPath] = nil }
      try folders[index].refresh(handle, rules: rules, isRejudged: isRejudged, walk: &walk)
    } catch let failure as FileFailure {
      let folder = folders[index]
      folder.forgetAll(walk: &walk)
      folders[index] = Folder(name: folder.name, path: folder.path)
      folders[index].isIgnored = folder.isIgnored
      if failure.isAbsence {
        isTrusted = false
      } else {
        walk.tree.skipped[folder.projectPath] = .unreadable(failure.message)
      }
    }
  }
}

// MARK: - Tree objects

extension Folder {
  /// The name as Git sorts it: as if a slash followed.
  private var sortKey: [UInt8] { name.text + [slash] }

  /// Names the tree that Git would make of the folder.
  private func makeTree(library: LibGit2) throws -> ObjectID? {
    var object: [UInt8] = []
    var rest = folders[...]
    func append(_ folder: Folder) {
      if let id = folder.id { object += "40000 ".utf8 + folder.name.bytes + id.bytes }
    }
    for file in files {
      guard let entry = file.entry else { continue }
      while let folder = rest.first, folder.sortKey.lexicographicallyPrecedes(file.name.bytes) {
        append(folder)
        rest.removeFirst()
      }
      object += "\(entry.kind.mode) ".utf8 + file.name.bytes + entry.id.bytes
    }
    for folder in rest { append(folder) }
    return object.isEmpty ? nil : try library.id(of: object.span, as: libgit2_tree)
  }
}

extension FileEntry.Kind {
  /// The mode that Git writes in a tree.
  fileprivate var mode: String {
    switch self {
    case .file: "100644"
    case .executable: "100755"
    case .link: "120000"
    }
  }
}

private let slash = UInt8(ascii: "/")
