import CSystem
@unsafe @preconcurrency import Glibc

/// The folder of one rollback in the store, with a slot for each step.
///
/// A slot holds the content that will be put at a path, and then what came out of there.
struct StagingFolder {
  /// The store's own folder.
  private let store: String
  private let id: String
  let slots: SharedFolder
  private let git: LibGit2

  private static let parent = "restore"

  static func newName() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

  /// Opens the folder of the plan `id`, and makes it if it is not there.
  init(_ id: String, store: String, git: LibGit2) throws {
    (self.store, self.id, self.git) = (store, id, git)
    let path = "\(store)/\(Self.parent)/\(id)"
    for folder in ["\(store)/\(Self.parent)", path] {
      guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else {
        throw SnapshotError.system(FileFailure(errno), at: folder)
      }
    }
    slots = SharedFolder(try FileHandle(folder: path))
  }

  var descriptor: Int32 { slots.descriptor }

  static func slot(_ step: Int) -> FileName { FileName("\(step)".utf8) }

  /// The version of what a slot holds: `absent`, or nil for what is neither file nor link.
  func content(of slot: FileName) throws(FileFailure) -> SlotContent {
    do {
      let status = try FileStatus(of: slot, in: descriptor)
      return .present(try? git.version(of: slot, status, in: descriptor))
    } catch {
      if error.code == ENOENT { return .absent }
      throw error
    }
  }

  enum SlotContent: Equatable {
    case absent
    case present(FileVersion?)
  }

  /// Puts a file's content into a slot, with everything that it will have at its place.
  func stage(
    _ content: [UInt8],
    as kind: FileEntry.Kind,
    permissions: UInt32,
    owner: Owner?,
    in slot: FileName
  ) throws {
    let passing = FileName("t".utf8 + slot.text)
    _ = unsafe passing.withPointer { unsafe unlinkat(descriptor, $0, 0) }
    do {
      try slots.create(passing, content, as: kind, permissions: permissions, owner: owner)
    } catch {
      throw SnapshotError.system(error, at: "\(store)/\(Self.parent)/\(id)")
    }
    try move(passing, to: slot)
  }

  /// Whose a file is.
  struct Owner: Equatable {
    let user: uid_t
    let group: gid_t
  }

  private func move(_ from: FileName, to: FileName) throws {
    let status = unsafe from.withPointer { from in
      unsafe to.withPointer { unsafe renameat(descriptor, from, descriptor, $0) }
    }
    guard status == 0 else { throw failure }
  }

  /// Has the contents of slots on their way to the disk; that some are empty or links does no harm.
  func beginWriting(_ steps: Range<Int>) {
    for step in steps {
      guard let file = try? FileHandle(Self.slot(step), in: descriptor, isFolder: false) else { continue }
      _ = system_begin_writing(file.descriptor)
    }
  }

  /// Waits until everything that was staged and put in place is safe from a loss of power.
  ///
  /// One wait for the file system is shorter than one for each file, and all are on the same.
  func synchronize() throws(FileFailure) {
    guard syncfs(descriptor) == 0 else { throw FileFailure(errno) }
  }

  func drop(_ slot: FileName) throws {
    let status = unsafe slot.withPointer { unsafe unlinkat(descriptor, $0, 0) }
    guard status == 0 || errno == ENOENT else { throw failure }
  }

  /// Moves what a slot holds to where the user finds it, and answers the place.
  func rescue(_ slot: FileName, from path: ProjectPath) throws -> RestoreReport.Rescue {
    try rescue(slot, in: descriptor, from: path)
  }

  /// Moves something out of the way to where the user finds it, and answers the place.
  func rescue(_ name: FileName, in folder: Int32, from path: ProjectPath) throws -> RestoreReport.Rescue {
    try RescueFolder(id, store: store).add(name, in: folder, from: path)
  }

  /// Removes the folder, which is empty after a rollback.
  func remove() {
    unsafe rmdir("\(store)/\(Self.parent)/\(id)")
    unsafe rmdir("\(store)/\(Self.parent)")
  }

  private var failure: SnapshotError { .system(FileFailure(errno), at: "\(store)/\(Self.parent)/\(id)") }
}

extension StagingFolder {
  /// Clears what rollbacks left that nobody will finish: what the store has is removed, anything else is rescued.
  static func settleAll(in store: String, except pending: String?, objects: ObjectStore, git: LibGit2) throws {
    guard unsafe access("\(store)/\(parent)", F_OK) == 0 else { return }
    for id in try StoreFolder.names(in: "\(store)/\(parent)") where id != pending {
      let staging = try StagingFolder(id, store: store, git: git)
      for name in try StoreFolder.names(in: "\(store)/\(parent)/\(id)") {
        let slot = FileName(name.utf8)
        let isKnown =
          if case .present(let version?) = try staging.content(of: slot) { objects.contains(version.id) } else { false }
        // What was being staged was still only a copy.
        if isKnown || name.hasPrefix("t") {
          try staging.drop(slot)
        } else {
          _ = try staging.rescue(slot, from: ProjectPath(name))
        }
      }
      staging.remove()
    }
  }
}

extension LibGit2 {
  /// Names what a file or link holds; fails for anything else.
  func version(of name: FileName, _ status: FileStatus, in folder: Int32) throws -> FileVersion {
    if status.isLink {
      let target = try unsafe name.withPointer { try unsafe FileHandle.target(of: $0, in: folder) }
      return FileVersion(kind: .link, id: try ObjectID(blob: target))
    }
    guard status.isRegular else { throw FileFailure(EISDIR) }
    let file = try FileHandle(name, in: folder, isFolder: false)
    let id = try id(ofFile: file.descriptor)
    return FileVersion(kind: status.isExecutable ? .executable : .file, id: id)
  }
}

extension FileHandle {
  borrowing func write(_ bytes: [UInt8]) throws(FileFailure) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw FileFailure(errno) }
      done += count
    }
  }
}
