extension SnapshotStore {
  /// Makes the safety snapshot of a rollback last, if it does not yet.
  package func enlist(_ proposal: RestoreProposal) throws {
    guard refs[proposal.present.id] == nil else { return }
    try refs.add(proposal.present.id, commit: proposal.present.commit, isDurable: true, step: step)
    unaccounted = 0
  }

  /// Drops the safety snapshot of a rollback that will not be begun; one that was there already stays.
  package func discard(_ proposal: RestoreProposal) throws {
    guard proposal.isPresentNew, refs[proposal.present.id] != nil else { return }
    try refs.remove([proposal.present.id], step: step)
  }

  /// The folders that a rollback would remove although nothing at all is in them.
  package func emptyFolders(removedBy proposal: RestoreProposal) throws -> [ProjectPath] {
    let disk = try ProjectTree(root)
    return proposal.steps.filter { $0.phase == .folderRemoval }.map(\.path).filter { path in
      guard let folder = try? disk.open(path), let listing = try? folder.list() else { return false }
      return listing.items.isEmpty
    }
  }
}
