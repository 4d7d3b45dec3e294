@unsafe @preconcurrency import Glibc

extension SnapshotStore {
  /// Reads a file's content as a snapshot has it.
  package func content(of version: FileVersion) throws -> [UInt8] { try objects.read(version.id, as: .blob) }

  /// Brings a folder with the files of one snapshot up to another; other files in it stay as they are.
  ///
  /// The paths in `merged` get these contents instead, or none where it is nil. Whatever is at a path that differs is
  /// replaced, so that an update which was interrupted can be made again; the project is not looked at.
  package func update(
    _ folder: String,
    from base: Snapshot,
    to target: Snapshot,
    merged: [ProjectPath: [UInt8]?] = [:]
  ) throws {
    let tree = try ProjectTree(folder)
    let meta = try meta(of: target)
    let changes = try changes(from: base, to: target)
    for change in changes { Self.remove(change.path, in: tree) }
    for change in changes {
      let kind = change.after?.kind ?? .file
      let content: [UInt8]? =
        if let given = merged[change.path] { given } else { try change.after.map { try self.content(of: $0) } }
      guard let content else { continue }
      do throws(FileFailure) {
        try tree.makeFolders(to: change.path, meta)
        try tree.open(change.path.parent).create(
          FileName(change.path.lastComponent),
          content,
          as: kind,
          permissions: meta.permissions(of: change.path, kind: kind)
        )
      } catch {
        throw SnapshotError.system(error, at: change.path.description)
      }
    }
  }

  /// Removes a file, and the folders that are empty without it.
  private static func remove(_ path: ProjectPath, in tree: ProjectTree) {
    guard let folder = try? tree.open(path.parent) else { return }
    let name = FileName(path.lastComponent)
    guard unsafe name.withPointer({ unsafe unlinkat(folder.descriptor, $0, 0) }) == 0 else { return }
    var parent = path.parent
    while let path = parent {
      guard let above = try? tree.open(path.parent) else { return }
      let name = FileName(path.lastComponent)
      guard unsafe name.withPointer({ unsafe unlinkat(above.descriptor, $0, AT_REMOVEDIR) }) == 0 else { return }
      parent = path.parent
    }
  }
}

extension ProjectTree {
  /// Makes the folders above a path that are not there.
  fileprivate func makeFolders(to path: ProjectPath, _ meta: SnapshotMeta) throws(FileFailure) {
    guard let parent = path.parent else { return }
    try makeFolders(to: parent, meta)
    let folder = try open(parent.parent)
    let name = FileName(parent.lastComponent)
    if let status = try? FileStatus(of: name, in: folder.descriptor), status.isFolder { return }
    try folder.makeFolder(name)
    // Something is to be put into it, whatever the project allows.
    try folder.setPermissions(meta.permissions(ofFolder: parent) | 0o700, ofFolder: name)
  }
}
