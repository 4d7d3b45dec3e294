extension SnapshotStore {
  /// The snapshot that was taken last; nil where there is none.
  package func latest() throws -> Snapshot? {
    guard let last = refs.snapshots.last else { return nil }
    return try snapshot(last.id)
  }
}
