/// How much a snapshot may take, so that a folder of data does not fill the disk.
package struct SnapshotLimits: Hashable, Sendable {
  /// Larger files are skipped, in bytes.
  package var file: Int
  /// More bytes of contents that are not in the store yet are an error.
  package var total: Int

  package init(file: Int = 10 << 20, total: Int = 2 << 30) {
    self.file = file
    self.total = total
  }
}
