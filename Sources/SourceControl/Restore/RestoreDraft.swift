@unsafe @preconcurrency import Glibc

/// A rollback being thought through: it compares two snapshots and gathers what has to be done.
struct RestoreDraft {
  let store: SnapshotStore
  var rules: TargetRules
  let present: Snapshot
  let target: Snapshot
  let paths: Set<ProjectPath>?
  /// The files and folders that an earlier rollback made, whose removal takes nothing from the user.
  let placed: Set<ProjectPath>
  private let placedFolders: Set<ProjectPath>
  /// The plan that is undone.
  private let undone: RestorePlan?

  private var changes: [SnapshotChange] = []
  private var conflicts: Set<ProjectPath> = []
  private var ignored: [ProjectPath] = []
  private var steps: [RestoreStep] = []
  private var returns: RestorePlan.Returns?

  init(
    store: SnapshotStore,
    rules: TargetRules,
    present: Snapshot,
    target: Snapshot,
    paths: Set<ProjectPath>?,
    undoing undone: RestorePlan?
  ) {
    let placed = undone?.placed ?? []
    self.undone = undone
    (self.store, self.rules, self.present, self.target) = (store, rules, present, target)
    (self.paths, self.placed) = (paths, Set(placed.map(\.path)))
    placedFolders = Set(placed.filter { $0.after?.version == nil }.map(\.path))
  }

  func proposal(isPresentNew: Bool) -> RestoreProposal {
    RestoreProposal(
      present: present,
      isPresentNew: isPresentNew,
      target: target,
      changes: changes,
      conflicts: conflicts.sorted(),
      ignored: ignored,
      steps: steps,
      returns: returns,
      rootPermissions: store.index.root.status.map(\.permissions).flatMap { $0 & 0o300 == 0o300 ? nil : $0 }
    )
  }

  mutating func gather(_ expected: ExpectedFiles?) throws {
    let (old, new) = (try store.meta(of: present), try store.meta(of: target))
    for change in try store.changes(from: present.files, to: target.files) {
      if let paths, !paths.contains(change.path) { continue }
      if change.after == nil, !placed.contains(change.path),
        try new.skips(change.path) || rules.ignores(change.path, isFolder: false) && !isInTheWay(change.path)
      {
        ignored.append(change.path)
        continue
      }
      changes.append(change)
      steps.append(
        RestoreStep(
          path: change.path,
          before: change.before.map { .file($0, permissions: old.permissions(of: change.path, kind: $0.kind)) },
          after: change.after.map { .file($0, permissions: new.permissions(of: change.path, kind: $0.kind)) }
        )
      )
      if try isConflict(change, expected) { conflicts.insert(change.path) }
      if change.before == nil, old.skipped[change.path] != nil { conflicts.insert(change.path) }
    }
    try gatherFolders(old, new)
    try gatherPermissions(old, new)
    try gatherClosedFolders(old)
    try gatherReturns()
    steps = steps.inOrder
    try refuseOtherFileSystems()
  }

  /// Tells whether the target has a folder at a file's path, or a file at that of a folder above it.
  private func isInTheWay(_ path: ProjectPath) throws -> Bool {
    if try store.entry(path.bytes, in: target.files) != nil { return true }
    var parent = path.parent
    while let folder = parent {
      if try store.entry(folder.bytes, in: target.files)?.version != nil { return true }
      parent = folder.parent
    }
    return false
  }

  private func isConflict(_ change: SnapshotChange, _ expected: ExpectedFiles?) throws -> Bool {
    guard let expected else { return false }
    if let left = expected.changed[change.path] { return change.before?.id != left }
    return try store.entry(change.path.bytes, in: expected.base.files)?.version != change.before
  }

  /// A file can only change places with another at once within one file system.
  private func refuseOtherFileSystems() throws {
    guard let own = store.index.root.status?.device else { return }
    var checked: Set<ProjectPath?> = []
    for step in steps where step.phase != .permission && checked.insert(step.path.parent).inserted {
      var folder = store.index.root
      for name in step.path.parent?.bytes.split(separator: slash) ?? [] {
        guard let next = folder.folder(named: name) else { break }
        folder = next
      }
      if let device = folder.status?.device, device != own { throw SnapshotError.otherFileSystem(step.path) }
    }
  }
}

// MARK: - Folders

extension RestoreDraft {
  private mutating func gatherFolders(_ old: SnapshotMeta, _ new: SnapshotMeta) throws {
    var gone = Self.foldersAbove(steps.filter { $0.after == nil }.map(\.path))
    var made = Self.foldersAbove(steps.filter { $0.after != nil }.map(\.path))
    if paths == nil {
      gone.formUnion(old.emptyFolders)
      gone.formUnion(placedFolders)
      made.formUnion(new.emptyFolders)
      made.formUnion(Self.foldersAbove(Array(new.emptyFolders)))
    }
    for path in gone where try !exists(path, in: target, new) {
      if !placed.contains(path), try new.skips(path) || rules.ignores(path, isFolder: true) { continue }
      steps.append(RestoreStep(path: path, before: .folder(permissions: old.permissions(ofFolder: path)), after: nil))
    }
    // A folder that is there though not captured is the user's, and stays as it is.
    let disk = try ProjectTree(store.root)
    for path in made where try !exists(path, in: present, old) && (try? disk.open(path)) == nil {
      steps.append(RestoreStep(path: path, before: nil, after: .folder(permissions: new.permissions(ofFolder: path))))
    }
  }

  private static func foldersAbove(_ paths: [ProjectPath]) -> Set<ProjectPath> {
    var folders: Set<ProjectPath> = []
    for path in paths {
      var parent = path.parent
      while let folder = parent, folders.insert(folder).inserted { parent = folder.parent }
    }
    return folders
  }

  private func exists(_ folder: ProjectPath, in snapshot: Snapshot, _ meta: SnapshotMeta) throws -> Bool {
    if meta.emptyFolders.contains(folder) { return true }
    return try store.entry(folder.bytes, in: snapshot.files)?.folder != nil
  }

  /// Adds what has the same content but not the same permissions.
  private mutating func gatherPermissions(_ old: SnapshotMeta, _ new: SnapshotMeta) throws {
    let known = Set(steps.map(\.path))
    for path in try candidates(old, new) where !known.contains(path) && paths?.contains(path) != false {
      if let before = try store.entry(path.bytes, in: present.files)?.version,
        try store.entry(path.bytes, in: target.files)?.version == before, before.kind != .link
      {
        let modes = (old.permissions(of: path, kind: before.kind), new.permissions(of: path, kind: before.kind))
        guard modes.0 != modes.1 else { continue }
        let (before, after) = (RestoreStep.State.file(before, permissions: modes.0), modes.1)
        guard let version = before.version else { continue }
        steps.append(RestoreStep(path: path, before: before, after: .file(version, permissions: after)))
      } else if try exists(path, in: present, old), try exists(path, in: target, new) {
        let modes = (old.permissions(ofFolder: path), new.permissions(ofFolder: path))
        guard modes.0 != modes.1 else { continue }
        steps.append(
          RestoreStep(path: path, before: .folder(permissions: modes.0), after: .folder(permissions: modes.1))
        )
      }
    }
  }

  /// Adds the folders that have to be opened to be changed, so that they are closed again whoever ends the rollback.
  private mutating func gatherClosedFolders(_ old: SnapshotMeta) throws {
    let known = Set(steps.map(\.path))
    for path in Set(steps.compactMap(\.path.parent)) where !known.contains(path) {
      let permissions = old.permissions(ofFolder: path)
      guard permissions & 0o300 != 0o300, try exists(path, in: present, old) else { continue }
      let state = RestoreStep.State.folder(permissions: permissions)
      steps.append(RestoreStep(path: path, before: state, after: state))
    }
  }

  /// Adds what the undone rollback had moved away from where the target has nothing.
  private mutating func gatherReturns() throws {
    guard let undone, paths == nil else { return }
    let rescued = RescueFolder(undone.id, store: store.folder.path)
    let items = try rescued.items
      .filter { item in
        guard let entry = try store.entry(item.path.bytes, in: target.files) else { return true }
        if entry.folder != nil { return rescued.isFolder(item) }
        guard let version = entry.version, !store.objects.hasWhole(version.id) else { return false }
        // What was moved away is all there is of it; what is there now goes, so that it can come back.
        steps.removeAll { $0.path == item.path && $0.before == nil }
        for index in steps.indices where steps[index].path == item.path {
          steps[index] = RestoreStep(path: item.path, before: steps[index].before, after: nil)
        }
        return true
      }
    if !items.isEmpty { returns = RestorePlan.Returns(id: undone.id, items: items) }
  }

  /// The paths whose permissions may differ: few, unless most files have others now.
  private func candidates(_ old: SnapshotMeta, _ new: SnapshotMeta) throws -> Set<ProjectPath> {
    guard old.usual == new.usual else {
      var all = old.emptyFolders
      try store.visit(present.files, path: []) { all.insert(ProjectPath(trusted: $0)) }
      return all
    }
    return Set(old.unusual.keys).union(new.unusual.keys).filter { old.unusual[$0] != new.unusual[$0] }
  }
}

extension SnapshotStore {
  /// Calls `body` with every path in a tree, those of folders too.
  func visit(_ id: ObjectID, path: [UInt8], body: ([UInt8]) throws -> Void) throws {
    for entry in try tree(id).entries {
      try body(path + entry.name)
      if let folder = entry.folder { try visit(folder, path: path + entry.name + [slash], body: body) }
    }
  }
}
