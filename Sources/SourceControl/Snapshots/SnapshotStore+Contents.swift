extension SnapshotStore {
  /// Reads each file in some snapshots of the store in `folder`, once where it is the same in several.
  ///
  /// Ids that the store does not have are left out. It may be in use; nothing in it is changed.
  package static func forEachFile(
    of ids: Set<SnapshotID>,
    in folder: String,
    _ body: (ProjectPath, [UInt8]) throws -> Void
  ) throws {
    let refs = try SnapshotRefs(in: folder)
    let objects = try ObjectStore(folder: folder + "/objects", step: { _ in })
    var seen: Set<TreeEntries.Entry> = []
    func read(_ tree: ObjectID, at parent: [UInt8]) throws {
      for entry in try objects.tree(tree).entries {
        let path = parent + entry.name
        guard seen.insert(TreeEntries.Entry(name: path, kind: entry.kind, id: entry.id)).inserted else { continue }
        if entry.kind == .folder {
          try read(entry.id, at: path + [UInt8(ascii: "/")])
        } else {
          try body(ProjectPath(bytes: path), objects.read(entry.id, as: .blob))
        }
      }
    }
    for commit in ids.sorted().compactMap({ refs[$0] }) {
      guard let tree = SnapshotCommit(try objects.read(commit, as: .commit))?.tree,
        let files = try objects.tree(tree).entries.first(where: { $0.name == Array("files".utf8) })
      else { throw SnapshotError.damaged("the commit \(commit) is not readable") }
      try read(files.id, at: [])
    }
  }
}
