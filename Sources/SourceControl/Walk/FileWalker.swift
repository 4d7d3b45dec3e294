@unsafe @preconcurrency import Glibc

/// The one way in which the program looks at a project's files.
///
/// A walk leaves out what Git's rules ignore, `.git` at any depth and `.autonomy` at the root; it follows no link. The
/// rules are those of `.gitignore` files and of `.git/info/exclude`, hold where there is no repository too, and do not
/// touch what Git tracks already. Files in repositories inside the project are taken like others. What the walker learns it keeps in memory, so that the next
/// walk reads only what changed. Walks block: an actor with a thread of its own should own the walker.
package struct FileWalker: Sendable {
  package let root: String
  /// Paths of files that belong to the tree although rules ignore them.
  package var extra: Set<ProjectPath> {
    get { extraPaths.paths }
    set {
      guard newValue != extraPaths.paths else { return }
      extraPaths = ExtraPaths(newValue)
      isRejudged = true
    }
  }

  private var extraPaths: ExtraPaths
  private var isRejudged = false
  private var repository: EnclosingRepository
  private var folder = Folder(name: FileName(".".utf8), path: [])
  private var tree = FileTree()

  package init(root: String, extra: Set<ProjectPath> = []) {
    self.root = root
    extraPaths = ExtraPaths(extra)
    repository = EnclosingRepository(of: root)
  }

  /// Looks at every file and returns the tree as it is now.
  package mutating func walk() throws -> FileTree {
    let library = try LibGit2.loaded()
    do {
      let handle = try FileHandle(folder: root)
      if repository.refresh(at: FileStatus.now) { isRejudged = true }
      // Taken out, so that changes are made in place unless the caller still holds the last tree.
      var walk = Walk(library: library, extra: extraPaths, tracked: repository.tracked, tree: tree)
      tree = FileTree()
      // What an error leaves halfway is forgotten, so that the next walk begins anew.
      var next = folder
      folder = Folder(name: next.name, path: [])
      try next.refresh(handle, rules: repository.rules, isRejudged: isRejudged, walk: &walk)
      walk.tree.id = next.id ?? .emptyTree
      (folder, tree, isRejudged) = (next, walk.tree, false)
      return tree
    } catch let failure as FileFailure {
      throw UnreadableProject(path: root, message: failure.message)
    }
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
