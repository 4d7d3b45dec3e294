@unsafe @preconcurrency import Glibc

/// What is left to do when all steps of a rollback are carried out: to wait for the disk, and to free what came out.
struct RestoreEnd: Sendable {
  let tree: ProjectTree
  let slots: SharedFolder

  /// One of the things to do, none of which needs another to be done before.
  enum Item: Sendable {
    /// Wait for a file's content and status.
    case file(ProjectPath)
    /// Wait for the names in a folder.
    case folder(ProjectPath?)
    /// Remove what a slot holds.
    case slot(FileName)
  }

  /// Does everything at once; answers false if a file cannot be opened, so that something else has to wait for it.
  func carryOut(_ items: [Item]) throws(FileFailure) -> Bool {
    let results = DiskWait.inParallel(items.count) { index in
      Result<Bool, FileFailure> { () throws(FileFailure) in try carryOut(items[index]) }
    }
    var isWhole = true
    for result in results where try !result.get() { isWhole = false }
    return isWhole
  }

  private func carryOut(_ item: Item) throws(FileFailure) -> Bool {
    switch item {
    case .file(let path):
      guard let folder = try? tree.open(path.parent),
        let file = try? FileHandle(FileName(path.lastComponent), in: folder.descriptor, isFolder: false)
      else { return false }
      try DiskWait.forAll(of: file.descriptor)
    case .folder(let path):
      // What is not there any more has nothing to wait for.
      guard let folder = try? tree.open(path) else { return true }
      try DiskWait.forAll(of: folder.descriptor)
    case .slot(let name):
      let status = unsafe name.withPointer { unsafe unlinkat(slots.descriptor, $0, 0) }
      guard status == 0 || errno == ENOENT else { throw FileFailure(errno) }
    }
    return true
  }
}
