/// The one way in which the program looks at a project's files.
///
/// A walk leaves out what Git's rules ignore, `.git` at any depth and `.autonomy` at the root; it follows no link. The
/// rules are those of `.gitignore` files and of `.git/info/exclude`, hold where there is no repository too, and do not
/// touch what Git tracks already. Files in repositories inside the project are taken like others. What the walker learns
/// it keeps in memory, so that the next walk reads only what changed. Walks block: an actor with a thread of its own
/// should own the walker.
package struct FileWalker: ~Copyable, Sendable {
  /// Paths of files that belong to the tree although rules ignore them.
  package var extra: Set<ProjectPath> {
    get { index.extra }
    set { index.extra = newValue }
  }

  private var index: FolderIndex
  private var tree = FileTree()
  /// What the last walk found otherwise than the one before, in the order of the paths; nothing after the first.
  package private(set) var changes: [TreeChange] = []
  /// Whether there was a walk that this can be told of.
  package private(set) var hasWalked = false

  package init(root: String, extra: Set<ProjectPath> = []) {
    index = FolderIndex(root: root, extra: extra)
  }

  package var root: String { index.path }

  /// A file as the last walk found it.
  package subscript(path: ProjectPath) -> FileEntry? { tree.entries[path] }

  /// Looks at every file and returns the tree as it is now.
  package mutating func walk() throws -> FileTree {
    let logs: [ScanWorker.Log]
    do {
      logs = try index.refresh()
    } catch {
      tree = FileTree()
      (changes, hasWalked) = ([], false)
      throw error
    }
    // Taken out, so that changes are made in place unless the caller still holds the last tree.
    var next = tree
    tree = FileTree()
    var before: [ProjectPath: FileEntry?] = [:]
    for log in logs {
      for path in log.removed {
        let entry = next.entries.removeValue(forKey: path)
        if hasWalked { before.updateValue(entry, forKey: path) }
      }
    }
    for log in logs {
      for (path, entry) in log.added {
        let earlier = next.entries.updateValue(entry, forKey: path)
        if hasWalked, before[path] == nil { before.updateValue(earlier, forKey: path) }
      }
    }
    changes = Self.changes(from: before, to: next)
    hasWalked = true
    next.id = index.root.id ?? .emptyTree
    next.skipped = index.root.skipped
    tree = next
    return next
  }

  private static func changes(from before: [ProjectPath: FileEntry?], to tree: FileTree) -> [TreeChange] {
    let changes = before.map { TreeChange(path: $0.key, before: $0.value, after: tree.entries[$0.key]) }
    return changes.filter { $0.before?.id != $0.after?.id || $0.before?.kind != $0.after?.kind }
      .sorted { $0.path < $1.path }
  }
}

/// A project whose folder cannot be looked at.
package struct UnreadableProject: Error, Hashable {
  package let path: String
  package let message: String
}

extension UnreadableProject: CustomStringConvertible {
  package var description: String {
    "The folder '\(path)' cannot be read (\(message)). Give a folder that is there and yours to read."
  }
}
