import CLibGit2

extension Folder {
  /// Gathers what became of the folders in it, makes the trees that changed, and tells whether its own did.
  ///
  /// Everybody has left the folders by now. `store` is given every new tree.
  func settle(git: LibGit2, store: (ObjectID, [UInt8]) throws -> Void) throws -> Bool {
    var isGone = false
    for folder in folders {
      if try folder.settle(git: git, store: store) { isChanged = true }
      if folder.failure?.isAbsence == true { isGone = true }
    }
    // The name will be missed when the folder is listed again.
    if isGone { isTrusted = false }
    guard isChanged else { return false }
    let before = id
    id = try makeTree(git: git, store: store)
    isChanged = false
    isUnsaved = true
    return id != before
  }

  /// Makes the tree that Git would make of the folder.
  private func makeTree(git: LibGit2, store: (ObjectID, [UInt8]) throws -> Void) throws -> ObjectID? {
    var object: [UInt8] = []
    object.reserveCapacity(names.count + 32 * (files.count + folders.count))
    var rest = folders[...]
    func append(_ folder: Folder) {
      guard let id = folder.id else { return }
      object += "40000 ".utf8
      object += folder.name.bytes
      id.append(to: &object)
    }
    for file in files where file.isPresent {
      let name = names[file.nameRange.lowerBound...file.nameRange.upperBound]
      while let folder = rest.first, folder.sortKey.lexicographicallyPrecedes(name) {
        append(folder)
        rest.removeFirst()
      }
      object += file.kind.mode.utf8
      object.append(UInt8(ascii: " "))
      object += name
      file.id.append(to: &object)
    }
    for folder in rest { append(folder) }
    guard !object.isEmpty else { return nil }
    let id = try git.id(of: object.span, as: libgit2_tree)
    try store(id, object)
    return id
  }
}

extension FileEntry.Kind {
  /// The mode that Git writes in a tree.
  var mode: String {
    switch self {
    case .file: "100644"
    case .executable: "100755"
    case .link: "120000"
    }
  }
}

extension Folder {
  /// Calls `body` with every folder, this one first.
  func visit(_ body: (Folder) throws -> Void) rethrows {
    try body(self)
    for folder in folders { try folder.visit(body) }
  }

  /// What could not be captured, in the folder and below it.
  var skipped: [ProjectPath: SkipReason] {
    var skipped: [ProjectPath: SkipReason] = [:]
    visit { folder in
      if let failure = folder.failure, !failure.isAbsence {
        skipped[ProjectPath(trusted: Array(folder.barePath))] = .unreadable(failure.message)
      }
      for (name, reason) in folder.skips { skipped[ProjectPath(trusted: folder.path + name)] = reason }
    }
    return skipped
  }
}
