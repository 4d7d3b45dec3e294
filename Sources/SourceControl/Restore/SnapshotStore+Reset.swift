@unsafe @preconcurrency import Glibc

extension SnapshotStore {
  /// Makes a folder hold the files of a snapshot and nothing else, as if they had been copied into an empty one.
  ///
  /// Files that hold what they should are not written again but only get the present time, as what is built from them has
  /// to be older; `remove` is called with whatever else is there. Throws where that cannot be done, or what was to be
  /// removed is still there, and then anything may be in the folder. Owners and extended attributes are not looked at.
  package func reset(_ folder: String, to snapshot: Snapshot, remove: (ProjectPath) -> Void) throws {
    // Who may do what in it is of no account to its owner, until all is as it should be.
    _ = unsafe chmod(folder, 0o700)
    let tree = try ProjectTree(folder)
    let meta = try meta(of: snapshot)
    var wanted: [ProjectPath: FileVersion] = [:]
    var folders = Set(meta.emptyFolders)
    for change in try changes(from: nil, to: snapshot.files) { wanted[change.path] = change.after }
    for path in Array(folders) + wanted.keys {
      var parent = path.parent
      while let path = parent, folders.insert(path).inserted { parent = path.parent }
    }
    var (kept, keptFolders): (Set<ProjectPath>, Set<ProjectPath>) = ([], [])
    try look(into: nil)
    try copy(snapshot, to: folder, keeping: kept, keptFolders)

    func look(into place: ProjectPath?) throws {
      let folder = try tree.open(place)
      let listing = try folder.list()
      for item in listing.items {
        let name = FileName(listing.names[item.range])
        let path = ProjectPath(trusted: (place.map { $0.bytes + [slash] } ?? []) + name.text)
        let status = try FileStatus(of: name, in: folder.descriptor)
        if status.isFolder, folders.contains(path) {
          keptFolders.insert(path)
          try folder.setPermissions(0o700, ofFolder: name)
          try look(into: path)
          try folder.setTimes(of: name)
        } else if let version = wanted[path], try holds(version, name, status, at: path, in: folder) {
          kept.insert(path)
          try folder.setTimes(of: name)
        } else {
          remove(path)
          guard (try? FileStatus(of: name, in: folder.descriptor)) == nil else {
            throw SnapshotError.refused(path: path.description, message: "It cannot be removed", isDiskFull: false)
          }
        }
      }
    }

    func holds(
      _ version: FileVersion,
      _ name: FileName,
      _ status: FileStatus,
      at path: ProjectPath,
      in folder: SharedFolder
    ) throws -> Bool {
      // What changes a file of several names would change them all.
      guard status.isLink || status.isRegular && status.links == 1,
        try git.version(of: name, status, in: folder.descriptor) == version
      else { return false }
      return status.isLink || status.permissions == meta.permissions(of: path, kind: version.kind)
    }
  }
}
