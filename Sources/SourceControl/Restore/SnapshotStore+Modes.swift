extension SnapshotStore {
  /// The paths whose content a rollback leaves and whose permissions or kind it changes, folders among them, in order.
  ///
  /// What is now as it is in `left` is not among them.
  package func modeChanges(in proposal: RestoreProposal, butFor left: Snapshot? = nil) throws -> [ProjectPath] {
    let steps = proposal.steps.filter(\.isOfModeAlone)
    guard let left else { return steps.map(\.path).sorted() }
    let meta = try meta(of: left)
    return try steps.filter { try state(of: $0.path, in: left, meta) != $0.before }.map(\.path).sorted()
  }

  private func state(of path: ProjectPath, in snapshot: Snapshot, _ meta: SnapshotMeta) throws -> RestoreStep.State? {
    let entry = try entry(path.bytes, in: snapshot.files)
    if let version = entry?.version {
      return .file(version, permissions: meta.permissions(of: path, kind: version.kind))
    }
    guard entry != nil || meta.emptyFolders.contains(path) else { return nil }
    return .folder(permissions: meta.permissions(ofFolder: path))
  }
}
