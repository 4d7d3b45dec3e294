/// The files of a project at one moment.
package struct FileTree: Hashable, Sendable {
  /// Every file that is neither ignored nor skipped.
  package internal(set) var entries: [ProjectPath: FileEntry] = [:]
  /// What could not be captured, and why; it has no part in `id`.
  package internal(set) var skipped: [ProjectPath: SkipReason] = [:]
  /// The id of the tree that Git would make of the entries.
  package internal(set) var id = ObjectID.emptyTree

  package init() {}

  package subscript(path: ProjectPath) -> FileEntry? { entries[path] }

  /// The paths of all entries, in order.
  package var paths: [ProjectPath] { entries.keys.sorted() }

  /// Lists what differs from `earlier` in content or kind, in the order of the paths.
  package func changes(since earlier: FileTree) -> [TreeChange] {
    guard id != earlier.id else { return [] }
    var changes: [TreeChange] = []
    for (path, entry) in entries {
      let before = earlier.entries[path]
      if before?.id != entry.id || before?.kind != entry.kind {
        changes.append(TreeChange(path: path, before: before, after: entry))
      }
    }
    for (path, entry) in earlier.entries where entries[path] == nil {
      changes.append(TreeChange(path: path, before: entry, after: nil))
    }
    return changes.sorted { $0.path < $1.path }
  }
}

/// A file of a project.
package struct FileEntry: Hashable, Sendable {
  /// What a file is, as far as Git keeps it.
  package enum Kind: String, Hashable, Sendable, Codable {
    case file
    case executable
    case link
  }

  package let kind: Kind
  package let size: Int
  /// The time of the last change of the content, in nanoseconds since 1970.
  package let modified: Int
  package let inode: UInt64
  package let id: ObjectID

  package init(kind: Kind, size: Int, modified: Int, inode: UInt64, id: ObjectID) {
    self.kind = kind
    self.size = size
    self.modified = modified
    self.inode = inode
    self.id = id
  }
}

/// The reason why a file or folder is no part of a tree.
package enum SkipReason: Hashable, Sendable {
  case unreadable(String)
  case special
  case changing
  case tooLarge(Int)
  case reserved
}

extension SkipReason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let message): "it cannot be read (\(message))"
    case .special: "it is neither a file, a folder nor a link"
    case .changing: "it changes while it is read"
    case .tooLarge(let size): "it is larger than files may be (\(size) bytes)"
    case .reserved: "its name is reserved for Git's own files"
    }
  }
}
