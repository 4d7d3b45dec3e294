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

  /// The files among `paths` that a snapshot has with other permissions than a rollback found, and those that it lacks.
  ///
  /// Rewriting a file keeps its permissions. One with other content and the usual permissions passes for made anew, which
  /// the snapshot lacks as well.
  package func compareModes(
    of paths: Set<ProjectPath>,
    in proposal: RestoreProposal,
    with snapshot: Snapshot
  ) throws -> (other: Set<ProjectPath>, absent: Set<ProjectPath>) {
    let (meta, present) = (try meta(of: snapshot), try meta(of: proposal.present))
    var (other, absent): (Set<ProjectPath>, Set<ProjectPath>) = ([], [])
    for step in proposal.steps where paths.contains(step.path) {
      guard case .file(let version, let permissions) = step.before else { continue }
      // Most files that go away are as usual; of those it need not be known whether they were there.
      if step.after == nil, version.kind == .file, meta.permissions(of: step.path, kind: .file) == permissions {
        continue
      }
      guard let past = try entry(step.path.bytes, in: snapshot.files)?.version, past.kind != .link else {
        absent.insert(step.path)
        continue
      }
      guard meta.permissions(of: step.path, kind: past.kind) != permissions else { continue }
      let isRemade = past.id != version.id && version.kind == .file && permissions == present.usual.file
      if isRemade { absent.insert(step.path) } else { other.insert(step.path) }
    }
    return (other, absent)
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
