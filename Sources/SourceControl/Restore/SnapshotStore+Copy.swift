extension SnapshotStore {
  /// Writes the files of a snapshot into an empty folder, with their permissions; the project is not looked at.
  ///
  /// Throws where the folder already has one of them. What the snapshot could not take in is not there.
  package func copy(_ snapshot: Snapshot, to folder: String) throws {
    try copy(snapshot, to: folder, keeping: [], [])
  }

  /// Does the same in a folder that has these files and folders of it already, the folders with any permissions.
  func copy(
    _ snapshot: Snapshot,
    to folder: String,
    keeping kept: Set<ProjectPath>,
    _ keptFolders: Set<ProjectPath>
  ) throws {
    let tree = try ProjectTree(folder)
    let meta = try meta(of: snapshot)
    var made: Set<ProjectPath> = []
    for path in keptFolders.union(meta.emptyFolders).sorted() { try make(path) }
    for change in try changes(from: nil, to: snapshot.files) {
      guard let version = change.after, !kept.contains(change.path) else { continue }
      if let parent = change.path.parent { try make(parent) }
      let content = try objects.read(version.id, as: .blob)
      let permissions = meta.permissions(of: change.path, kind: version.kind)
      try at(change.path) { folder, name throws(FileFailure) in
        try folder.create(name, content, as: version.kind, permissions: permissions)
      }
    }
    // Last, the deepest first, because some do not let anything be put into them.
    for path in made.sorted().reversed() {
      try at(path) { folder, name throws(FileFailure) in
        try folder.setPermissions(meta.permissions(ofFolder: path), ofFolder: name)
      }
    }

    func at(_ path: ProjectPath, _ body: (SharedFolder, FileName) throws(FileFailure) -> Void) throws {
      do throws(FileFailure) {
        try body(try tree.open(path.parent), FileName(path.lastComponent))
      } catch {
        throw SnapshotError.system(error, at: path.description)
      }
    }
    func make(_ path: ProjectPath) throws {
      guard made.insert(path).inserted else { return }
      if let parent = path.parent { try make(parent) }
      guard !keptFolders.contains(path) else { return }
      try at(path) { folder, name throws(FileFailure) in try folder.makeFolder(name) }
    }
  }
}
