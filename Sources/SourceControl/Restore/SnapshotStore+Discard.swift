extension SnapshotStore {
  /// Drops the safety snapshot of a rollback that will not be begun; one that was there already stays.
  package func discard(_ proposal: RestoreProposal) throws {
    guard proposal.isPresentNew else { return }
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
