/// The snapshots of a store, and those among them that cannot be read.
package struct SnapshotListing: Hashable, Sendable {
  /// The oldest first.
  package private(set) var snapshots: [Snapshot] = []
  /// One for each that cannot be read.
  package private(set) var damages: [SnapshotDamage] = []

  package init() {}

  init(_ refs: SnapshotRefs, read: (SnapshotID, ObjectID) throws -> Snapshot) {
    for (id, commit) in refs.snapshots {
      do {
        snapshots.append(try read(id, commit))
      } catch {
        damages.append(SnapshotDamage(snapshot: id, error))
      }
    }
  }
}

extension SnapshotStore {
  /// How many snapshots there are, those that cannot be read among them.
  package var count: Int { refs.snapshots.count }

  /// Whether there ever was a snapshot in it, dropped or not.
  package var hasReferences: Bool { StoreFolder.exists("\(folder.path)/\(SnapshotRefs.fileName)") }

  package func contains(_ id: SnapshotID) -> Bool { refs[id] != nil }

  /// All snapshots that can be read, the oldest first.
  package func list() -> [Snapshot] { listing().snapshots }

  /// All snapshots, with what is wrong with those that cannot be read.
  package func listing() -> SnapshotListing { SnapshotListing(refs) { try read($0, $1).snapshot } }

  /// All snapshots in the store at `folder`, also while another process changes it.
  package static func listing(in folder: String) throws -> SnapshotListing {
    guard StoreFolder.exists("\(folder)/objects") else { return SnapshotListing() }
    // The references first: objects that they lead to are there before them.
    let refs = try SnapshotRefs(in: folder)
    let objects = try ObjectStore(folder: folder + "/objects", step: { _ in })
    return SnapshotListing(refs) { try read($0, $1, in: objects).snapshot }
  }
}
