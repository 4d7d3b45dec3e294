/// A difference between two snapshots at one path: a file that came, went, or became another.
package struct SnapshotChange: Hashable, Sendable {
  package let path: ProjectPath
  /// Nil if there was no file.
  package let before: FileVersion?
  /// Nil if there is no file.
  package let after: FileVersion?
}

/// What a file is, as far as Git keeps it.
package struct FileVersion: Hashable, Sendable, Codable {
  package let kind: FileEntry.Kind
  package let id: ObjectID

  package init(kind: FileEntry.Kind, id: ObjectID) {
    self.kind = kind
    self.id = id
  }
}

extension SnapshotStore {
  /// Lists what differs between two trees of files, in the order of the paths; only folders that differ are opened.
  ///
  /// The trees of `after` may still be in `pack`.
  func changes(from before: ObjectID?, to after: ObjectID, in pack: PackWriter? = nil) throws -> [SnapshotChange] {
    var changes: [SnapshotChange] = []
    try compare(before, after, path: [], pack: pack) { changes.append($0) }
    return changes.sorted { $0.path < $1.path }
  }

  func countChanges(from before: ObjectID, to after: ObjectID, in pack: PackWriter) throws -> Int {
    var count = 0
    try compare(before, after, path: [], pack: pack) { _ in count += 1 }
    return count
  }

  private func compare(
    _ before: ObjectID?,
    _ after: ObjectID?,
    path: [UInt8],
    pack: PackWriter? = nil,
    report: (SnapshotChange) -> Void
  ) throws {
    guard before != after else { return }
    let old = try before.map { try tree($0) }?.entries ?? []
    let new = try after.map { try tree($0, in: pack) }?.entries ?? []
    var rest = Dictionary(new.map { ($0.name, $0) }) { first, _ in first }
    for entry in old {
      try compare(entry, rest.removeValue(forKey: entry.name), path: path + entry.name, pack: pack, report: report)
    }
    for entry in rest.values { try compare(nil, entry, path: path + entry.name, pack: pack, report: report) }
  }

  private func compare(
    _ before: TreeEntries.Entry?,
    _ after: TreeEntries.Entry?,
    path: [UInt8],
    pack: PackWriter? = nil,
    report: (SnapshotChange) -> Void
  ) throws {
    let (old, new) = (before?.version, after?.version)
    if old != new { report(SnapshotChange(path: ProjectPath(trusted: path), before: old, after: new)) }
    try compare(before?.folder, after?.folder, path: path + [slash], pack: pack, report: report)
  }
}

extension TreeEntries.Entry {
  /// The id, if it is a folder's.
  var folder: ObjectID? { kind == .folder ? id : nil }

  var version: FileVersion? {
    if case .file(let kind) = kind { FileVersion(kind: kind, id: id) } else { nil }
  }
}
