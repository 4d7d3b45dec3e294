/// A project's files, and the state that was given with them, as they were at one moment.
package struct Snapshot: Hashable, Sendable {
  package let id: SnapshotID
  package let kind: SnapshotKind
  package let label: SnapshotLabel
  /// When it was taken, in seconds since 1970.
  package let seconds: Int
  /// The id of the commit that keeps it.
  package let commit: ObjectID
  /// The id of the tree of the project's files.
  package let files: ObjectID
  package let figures: SnapshotFigures
  let state: ObjectID
  let meta: ObjectID
}

/// Why a snapshot was taken; it decides how long it is kept.
package enum SnapshotKind: String, Hashable, Sendable, CaseIterable {
  /// Before a step, by the program itself.
  case automatic
  /// On demand; retention never drops it.
  case manual
  /// Before a rollback, so that it can be undone.
  case safety
}

/// What a snapshot is called, and what its caller wants to find in it again.
package struct SnapshotLabel: Hashable, Sendable {
  /// One line or several, for people.
  package let message: String
  package let trailers: [Trailer]

  /// A line such as `Step: 12` at the end of the commit's message.
  package struct Trailer: Hashable, Sendable {
    /// Letters, digits and hyphens.
    package let key: String
    package let value: String

    package init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  package init(_ message: String, trailers: [Trailer] = []) {
    self.message = message
    self.trailers = trailers
  }

  package subscript(key: String) -> String? { trailers.first { $0.key == key }?.value }
}

/// How much is in a snapshot.
package struct SnapshotFigures: Hashable, Sendable {
  /// The number of files.
  package let files: Int
  /// The number of files that differ from the snapshot before.
  package let changes: Int
  /// The number of files that could not be captured.
  package let skipped: Int
  /// The bytes that the snapshot added to the store, without its own commit.
  package let stored: Int
}

/// A part of the state that is kept with a snapshot.
package struct StateDocument: Hashable, Sendable {
  /// A file name, without slashes.
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}
