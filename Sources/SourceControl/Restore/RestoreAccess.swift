@unsafe @preconcurrency import Glibc

/// What the system lets a rollback do in a project's folders, asked before the first of them is changed.
struct RestoreAccess {
  private let tree: ProjectTree
  private let staging: SharedFolder
  private var checked: Set<ProjectPath?> = []

  init(_ tree: ProjectTree, staging: SharedFolder) {
    (self.tree, self.staging) = (tree, staging)
  }

  /// Throws `SnapshotError.forbidden` for the first step that would be refused.
  mutating func check(_ steps: [RestoreStep]) throws {
    for step in steps {
      var place = step.path.parent
      var folder = try? tree.open(place)
      while let path = place, folder == nil {
        // What is made on the way needs a folder that is there.
        place = path.parent
        folder = try? tree.open(place)
      }
      guard let folder else { continue }
      if step.phase != .permission, checked.insert(place).inserted { try check(folder, at: place, for: step.path) }
      guard place == step.path.parent else { continue }
      if step.before != nil { try check(step, in: folder) }
      if step.phase == .placement, let repository = tree.repository(below: step.path) {
        throw SnapshotError.forbidden(step.path, reason: "the repository '\(repository)' is in its place")
      }
    }
  }

  /// Checks a folder in which names will change.
  private func check(_ folder: SharedFolder, at place: ProjectPath?, for path: ProjectPath) throws {
    let name = place.map { "the folder '\($0)'" } ?? "the project's folder"
    if let code = refusal(of: Self.itself, W_OK | X_OK, in: folder) {
      switch code {
      // Its owner can give the right to write to themselves for as long as it takes.
      case EACCES where owner(of: Self.itself, in: folder) == geteuid(): break
      case EACCES: throw SnapshotError.forbidden(path, reason: "you may not write in \(name)")
      case EPERM: throw SnapshotError.forbidden(path, reason: "\(name) is immutable, as 'lsattr -d' shows")
      case EROFS: throw SnapshotError.forbidden(path, reason: "\(name) is on a file system that can only be read")
      default: throw SnapshotError.forbidden(path, reason: "\(name) cannot be used: \(FileFailure(code).message)")
      }
    }
    // The system compares the mounts of both folders before it looks for a name.
    let status = unsafe Self.absent.withPointer { name in
      unsafe renameat(staging.descriptor, name, folder.descriptor, name)
    }
    if status != 0, errno == EXDEV { throw SnapshotError.otherFileSystem(path) }
  }

  /// Checks what is at a path.
  private func check(_ step: RestoreStep, in folder: SharedFolder) throws {
    let name = FileName(step.path.lastComponent)
    switch refusal(of: name, W_OK, in: folder) {
    case EPERM: throw SnapshotError.forbidden(step.path, reason: "'\(step.path)' is immutable, as 'lsattr' shows")
    case EROFS:
      throw SnapshotError.forbidden(step.path, reason: "'\(step.path)' is on a file system that can only be read")
    // That its content may not be written keeps nobody from putting another file in its place.
    default: break
    }
    let user = geteuid()
    guard user != 0, let owner = owner(of: name, in: folder), owner != user else { return }
    if step.phase == .permission {
      throw SnapshotError.forbidden(step.path, reason: "only its owner may change its permissions")
    }
    let isSticky = ((try? FileStatus(of: folder.descriptor))?.permissions ?? 0) & 0o1000 != 0
    if isSticky, self.owner(of: Self.itself, in: folder) != user {
      throw SnapshotError.forbidden(step.path, reason: "only its owner may replace it in that folder")
    }
  }

  /// Why the system would not let the process do something with a name; nil if it would.
  private func refusal(of name: FileName, _ mode: Int32, in folder: SharedFolder) -> Int32? {
    let flags = AT_EACCESS | AT_SYMLINK_NOFOLLOW
    let status = unsafe name.withPointer { unsafe faccessat(folder.descriptor, $0, mode, flags) }
    return status == 0 ? nil : errno
  }

  private func owner(of name: FileName, in folder: SharedFolder) -> uid_t? {
    var status = stat()
    let result = unsafe name.withPointer { unsafe fstatat(folder.descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }
    return result == 0 ? status.st_uid : nil
  }

  private static let itself = FileName(".".utf8)
  /// A name that is in neither folder.
  private static let absent = FileName(".autonomy-absent".utf8)
}

extension SnapshotStore {
  /// Why the system would not let anybody carry a plan out; nil if it would, as far as that shows beforehand.
  package func refusal(of plan: RestorePlan) throws -> SnapshotError? {
    try reportingRefusals {
      var access = RestoreAccess(try ProjectTree(root), staging: SharedFolder(try FileHandle(folder: folder.path)))
      do {
        try access.check(plan.steps)
        return nil
      } catch let error as SnapshotError {
        return error
      }
    }
  }
}
