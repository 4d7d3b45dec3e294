import CSystem
@unsafe @preconcurrency import Glibc

/// Carries a plan out, step by step; every step may have been carried out before.
struct Restorer {
  private let plan: RestorePlan
  private let objects: ObjectStore
  private let git: LibGit2
  private let tree: ProjectTree
  private let staging: StagingFolder
  /// Whether every slot is known to hold what was staged, because nobody else had the time to carry out anything.
  private let isFresh: Bool
  /// Where things are that the rollback which is undone had moved out of the way.
  private let rescued: RescueFolder?
  private(set) var report = RestoreReport()
  /// The slots whose content nobody needs any more.
  private var emptied: [FileName] = []

  init(_ plan: RestorePlan, store: SnapshotStore, isFresh: Bool) throws {
    (self.plan, self.isFresh) = (plan, isFresh)
    (objects, git) = (store.objects, store.git)
    tree = try ProjectTree(store.root)
    staging = try StagingFolder(plan.id, store: store.folder.path, git: store.git)
    rescued = plan.returns.map { RescueFolder($0.id, store: store.folder.path) }
  }

  /// Puts every content that the plan needs beside the project, so that there is room for it later.
  ///
  /// A plan that the system would not let anybody carry out is refused. What a loss of power takes is staged again.
  func stage() throws {
    var access = RestoreAccess(tree, staging: staging.slots)
    try access.check(plan.steps)
    for (index, step) in plan.steps.enumerated() where step.phase == .placement {
      try objects.step("restore.stage")
      try stage(step, in: staging.slot(index))
    }
    // So that the waits at the end, one after the other, find most of it done.
    if plan.steps.count <= Self.fewSteps { staging.beginWriting(plan.steps.indices) }
  }

  private func stage(_ step: RestoreStep, in slot: FileName) throws {
    guard case .file(let version, let permissions) = step.after else { return }
    let content: [UInt8]
    do {
      content = try objects.read(version.id, as: .blob)
    } catch {
      throw SnapshotError.unreadable(step.path, in: plan.target, problem: SnapshotDamage.problem(of: error))
    }
    let owner = owner(at: step.path)
    try staging.stage(content, as: version.kind, permissions: permissions, owner: owner, in: slot)
  }

  /// Whose the file at a path is, or the folder that will hold it; nil if the process's own files are the same.
  private func owner(at path: ProjectPath) -> StagingFolder.Owner? {
    guard geteuid() == 0 else { return nil }
    var place: ProjectPath? = path
    while let next = place {
      place = next.parent
      guard let folder = try? tree.open(next.parent) else { continue }
      var status = stat()
      let name = FileName(next.lastComponent)
      guard unsafe name.withPointer({ unsafe fstatat(folder.descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
        continue
      }
      return StagingFolder.Owner(user: status.st_uid, group: status.st_gid)
    }
    return nil
  }

  /// Carries all steps out.
  mutating func apply() throws {
    for (index, step) in plan.steps.enumerated() {
      switch step.phase {
      case .removal: try remove(step, staging.slot(index))
      case .folderRemoval: try removeFolder(step)
      case .folderCreation: try makeFolder(step)
      case .placement: try place(step, staging.slot(index))
      case .permission: break
      }
    }
    try putBack()
    for step in plan.steps where step.phase == .permission { try setPermissions(step) }
    // Last, because some do not let anything be put into their folder.
    for step in plan.steps.reversed() where step.phase == .folderCreation {
      if let state = step.after, state.permissions & 0o700 != 0o700 { try tighten(step, state.permissions) }
    }
    try closeRoot()
    try objects.step("restore.settled")
    try synchronize()
  }

  /// Gives the project's own folder the permissions back that it had.
  private func closeRoot() throws {
    guard let permissions = plan.rootPermissions else { return }
    let root = try tree.open(nil)
    guard try FileStatus(of: root.descriptor).permissions != permissions else { return }
    guard fchmod(root.descriptor, permissions) == 0 else { throw SnapshotError.system(FileFailure(errno), at: ".") }
  }

  /// With more steps than this one wait for the whole file system is shorter.
  private static let fewSteps = 64

  /// Frees what came out, and waits until what was put in place is safe from a loss of power.
  ///
  /// File by file, because the whole file system may have a lot to write that is none of ours.
  private func synchronize() throws {
    let slots = emptied.map { RestoreEnd.Item.slot($0) }
    let end = RestoreEnd(tree: tree, slots: staging.slots)
    guard plan.steps.count <= Self.fewSteps else {
      _ = try end.carryOut(slots)
      return try staging.synchronize()
    }
    let files = plan.steps.filter { step in step.after?.version.map { $0.kind != .link } ?? false }.map(\.path)
    let folders = Set(plan.steps.map(\.path.parent))
    if try end.carryOut(files.map { .file($0) } + folders.map { .folder($0) } + slots) { return }
    // One that cannot be opened for reading is waited for with everything.
    try staging.synchronize()
  }
}

// MARK: - Files

extension Restorer {
  private mutating func remove(_ step: RestoreStep, _ slot: FileName) throws {
    if !isFresh { try settle(step, slot) }
    if plan.hasReturned(step.path, from: rescued) { return }
    guard let folder = try? tree.open(step.path.parent) else { return }
    let name = FileName(step.path.lastComponent)
    guard let status = try? FileStatus(of: name, in: folder.descriptor), !status.isFolder else { return }
    try objects.step("restore.remove")
    try changeFolder(folder, for: step.path) { move(name, in: folder.descriptor, to: slot, flags: 0) }
    try objects.step("restore.removed")
    try settle(step, slot, isLast: true)
    report.restored.append(step.path)
  }

  private mutating func place(_ step: RestoreStep, _ slot: FileName) throws {
    let folder = try openFolder(step.path.parent)
    let name = FileName(step.path.lastComponent)
    if !isFresh, try !prepareAgain(step, slot, name, in: folder) { return }
    try objects.step("restore.place")
    try changeFolder(folder, for: step.path) {
      // Either there is something to change places with, or there is not; both may change in between.
      for _ in 0..<100 {
        let status = move(slot, to: name, in: folder.descriptor, flags: system_rename_exchange)
        guard status != 0 && errno == ENOENT else { return status }
        let created = move(slot, to: name, in: folder.descriptor, flags: system_rename_noreplace)
        guard created != 0 && errno == EEXIST else { return created }
      }
      return -1
    }
    try objects.step("restore.placed")
    try settle(step, slot, isLast: true)
    report.restored.append(step.path)
  }

  /// Puts back what the rollback that is undone had moved out of the way, where its place is free.
  private mutating func putBack() throws {
    guard let rescued, let items = plan.returns?.items else { return }
    for item in items where rescued.has(item) {
      try objects.step("restore.return")
      if rescued.putBack(item, in: tree) {
        report.restored.append(item.path)
      } else {
        report.rescued.append(rescued.rescue(item))
      }
    }
    rescued.removeIfEmpty()
  }

  /// Brings the slot back to what it was before the step; answers false if the step was carried out.
  private mutating func prepareAgain(
    _ step: RestoreStep,
    _ slot: FileName,
    _ name: FileName,
    in folder: SharedFolder
  ) throws -> Bool {
    let wanted = step.after?.version
    let staged = try staging.content(of: slot)
    if staged != .present(wanted) { try settle(step, slot) }
    if let status = try? FileStatus(of: name, in: folder.descriptor), !status.isFolder,
      let version = try? git.version(of: name, status, in: folder.descriptor), version == wanted
    {
      try settle(step, slot)
      try setPermissions(step)
      return false
    }
    if staged != .present(wanted) { try stage(step, in: slot) }
    return true
  }

  /// Empties a slot: what the store has is dropped, if this `isLast` of its step only in the end, and what it has not is
  /// rescued.
  private mutating func settle(_ step: RestoreStep, _ slot: FileName, isLast: Bool = false) throws {
    switch try staging.content(of: slot) {
    case .absent: return
    // What came from the store is nobody's loss; what was there before has to be readable in it.
    case .present(let version?)
    where version.id == step.after?.version?.id
      || version.id == step.before?.version?.id && objects.hasWhole(version.id):
      if isLast { emptied.append(slot) } else { try staging.drop(slot) }
    case .present:
      report.rescued.append(try staging.rescue(slot, from: step.path))
    }
    try objects.step("restore.settle")
  }

  private func move(_ name: FileName, in folder: Int32, to slot: FileName, flags: UInt32) -> Int32 {
    unsafe name.withPointer { name in
      unsafe slot.withPointer { unsafe renameat2(folder, name, staging.descriptor, $0, flags) }
    }
  }

  private func move(_ slot: FileName, to name: FileName, in folder: Int32, flags: UInt32) -> Int32 {
    unsafe slot.withPointer { slot in
      unsafe name.withPointer { unsafe renameat2(staging.descriptor, slot, folder, $0, flags) }
    }
  }

  /// Changes names in a folder, if need be after allowing it to oneself; the plan puts the permissions right.
  private func changeFolder(_ folder: SharedFolder, for path: ProjectPath, _ change: () -> Int32) throws {
    if change() == 0 { return }
    let failure = FileFailure(errno)
    if failure.code == EACCES, let status = try? FileStatus(of: folder.descriptor) {
      fchmod(folder.descriptor, status.permissions | 0o700)
      if change() == 0 { return }
    }
    throw SnapshotError.system(failure, at: path.description)
  }
}

// MARK: - Folders and permissions

extension Restorer {
  private mutating func removeFolder(_ step: RestoreStep) throws {
    guard let folder = try? tree.open(step.path.parent) else { return }
    try objects.step("restore.rmdir")
    let name = FileName(step.path.lastComponent)
    do {
      try changeFolder(folder, for: step.path) {
        unsafe name.withPointer { unsafe unlinkat(folder.descriptor, $0, AT_REMOVEDIR) }
      }
      report.restored.append(step.path)
    } catch SnapshotError.refused {
      // One that is not empty holds what is not the project's.
    }
  }

  private mutating func makeFolder(_ step: RestoreStep) throws {
    try objects.step("restore.mkdir")
    let folder = try openFolder(step.path)
    // One with something in it was there before, though not captured, and stays as it is.
    guard let state = step.after, try folder.list().items.isEmpty else { return }
    try setPermissions(of: step.path, to: state.permissions | 0o700, isFolder: true)
    report.restored.append(step.path)
  }

  /// Takes from a folder that was made what its owner had been given to fill it.
  private func tighten(_ step: RestoreStep, _ permissions: UInt32) throws {
    guard let folder = try? tree.open(step.path), let status = try? FileStatus(of: folder.descriptor),
      status.permissions == permissions | 0o700
    else { return }
    try setPermissions(of: step.path, to: permissions, isFolder: true)
  }

  private mutating func setPermissions(_ step: RestoreStep) throws {
    guard let state = step.after, state.version?.kind != .link else { return }
    try objects.step("restore.chmod")
    try setPermissions(of: step.path, to: state.permissions, isFolder: state.version == nil)
    if step.phase == .permission { report.restored.append(step.path) }
  }

  private func setPermissions(of path: ProjectPath, to permissions: UInt32, isFolder: Bool) throws {
    guard let folder = try? tree.open(path.parent) else { return }
    let name = FileName(path.lastComponent)
    let flags = system_o_path | O_NOFOLLOW | O_CLOEXEC
    guard
      let file = try? FileHandle(descriptor: unsafe name.withPointer { unsafe openat(folder.descriptor, $0, flags) }),
      let status = try? FileStatus(of: file.descriptor), isFolder ? status.isFolder : status.isRegular,
      status.permissions != permissions
    else { return }
    // A link could take the name's place meanwhile; the descriptor stays what it is.
    guard unsafe chmod("/proc/self/fd/\(file.descriptor)", permissions) == 0 else {
      throw SnapshotError.system(FileFailure(errno), at: path.description)
    }
  }

  /// Opens a folder, and makes those on the way that are not there; what stands in the way is rescued.
  private mutating func openFolder(_ path: ProjectPath?) throws -> SharedFolder {
    var folder = try tree.open(nil)
    var walked: [UInt8] = []
    for component in path?.bytes.split(separator: slash) ?? [] {
      walked += (walked.isEmpty ? [] : [slash]) + component
      let name = FileName(component)
      folder = try openFolder(name, in: folder, path: ProjectPath(trusted: walked))
    }
    return folder
  }

  private mutating func openFolder(_ name: FileName, in parent: SharedFolder, path: ProjectPath) throws -> SharedFolder
  {
    do {
      return SharedFolder(try FileHandle(name, in: parent.descriptor, isFolder: true))
    } catch {
      guard error.isAbsence else { throw SnapshotError.system(error, at: path.description) }
      if error.code != ENOENT { report.rescued.append(try staging.rescue(name, in: parent.descriptor, from: path)) }
      try changeFolder(parent, for: path) { unsafe name.withPointer { unsafe mkdirat(parent.descriptor, $0, 0o777) } }
      return SharedFolder(try FileHandle(name, in: parent.descriptor, isFolder: true))
    }
  }
}
