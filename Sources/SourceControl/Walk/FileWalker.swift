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

  package init(root: String, extra: Set<ProjectPath> = []) {
    index = FolderIndex(root: root, extra: extra)
  }

  package var root: String { index.path }

  /// Looks at every file and returns the tree as it is now.
  package mutating func walk() throws -> FileTree {
    let logs: [ScanWorker.Log]
    do {
      logs = try index.refresh()
    } catch {
      tree = FileTree()
      throw error
    }
    // Taken out, so that changes are made in place unless the caller still holds the last tree.
    var next = tree
    tree = FileTree()
    for log in logs {
      for path in log.removed { next.entries[path] = nil }
    }
    for log in logs {
      for (path, entry) in log.added { next.entries[path] = entry }
    }
    next.id = index.root.id ?? .emptyTree
    next.skipped = index.root.skipped
    tree = next
    return next
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
