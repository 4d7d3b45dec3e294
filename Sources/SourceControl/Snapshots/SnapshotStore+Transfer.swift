extension SnapshotStore {
  /// Makes a store in `folder`, which must not have one, with some snapshots of the store at `source`, under the same ids.
  ///
  /// Ids that `source` does not have are left out. The source may be in use; nothing in it is changed.
  package static func transfer(_ ids: Set<SnapshotID>, from source: String, to folder: String) throws {
    let refs = try SnapshotRefs(in: source)
    let objects = try ObjectStore(folder: source + "/objects", step: { _ in })
    let target = try StoreFolder(folder)
    var newRefs = try SnapshotRefs(in: folder)
    let pack = PackWriter(for: try ObjectStore(folder: folder + "/objects", step: { _ in }))
    let deflater = try Deflater()

    func copy(_ id: ObjectID, _ kind: ObjectKind) throws -> [UInt8]? {
      guard pack.adopt(id) else { return nil }
      let content = try objects.read(id, as: kind)
      try deflater.write(content.span, as: kind, id: id, to: pack)
      return content
    }
    func copyTree(_ id: ObjectID) throws {
      guard let content = try copy(id, .tree) else { return }
      guard let tree = TreeEntries(content) else { throw SnapshotError.damaged("the tree \(id) is not readable") }
      for entry in tree.entries {
        if entry.kind == .folder { try copyTree(entry.id) } else { _ = try copy(entry.id, .blob) }
      }
    }
    var commits: [(SnapshotID, ObjectID)] = []
    for id in ids.sorted() {
      guard let commit = refs[id] else { continue }
      commits.append((id, commit))
      guard let content = try copy(commit, .commit) else { continue }
      guard let parsed = SnapshotCommit(content) else {
        throw SnapshotError.damaged("the commit \(commit) of \(id) is not readable")
      }
      try copyTree(parsed.tree)
    }
    try pack.publish()
    for (id, commit) in commits { try newRefs.add(id, commit: commit, isDurable: false, step: { _ in }) }
    withExtendedLifetime(target) {}
  }
}
