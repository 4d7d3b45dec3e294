import CSystem
@unsafe @preconcurrency import Glibc

/// Where a rollback keeps files in the store, with a slot for each step.
///
/// A slot holds the content that will be put at a path, and then what came out of there. The folder is the same for all
/// rollbacks and stays, because making one is slow on some file systems; each has names of its own in it.
struct StagingFolder {
  /// The store's own folder.
  private let store: String
  private let id: String
  let slots: SharedFolder
  private let git: LibGit2

  static func newName() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

  /// Opens the folder for the plan `id`, and makes it if it is not there.
  init(_ id: String, store: String, git: LibGit2) throws {
    (self.store, self.id, self.git) = (store, id, git)
    let path = Self.path(in: store)
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw SnapshotError.system(FileFailure(errno), at: path)
    }
    slots = SharedFolder(try FileHandle(folder: path))
  }

  private static func path(in store: String) -> String { "\(store)/restore" }

  var descriptor: Int32 { slots.descriptor }

  func slot(_ step: Int) -> FileName { FileName("\(id)-\(step)".utf8) }

  /// Whether there is anything in any slot.
  static func holdsFiles(in store: String) -> Bool {
    StoreFolder.exists(path(in: store)) && (try? StoreFolder.names(in: path(in: store)).isEmpty) == false
  }

  /// What a slot is called while it is filled.
  private static let passingMark = "."

  /// The plan that a name in the folder belongs to.
  private static func owner(of name: String) -> String {
    String((name.hasPrefix(passingMark) ? name.dropFirst() : name[...]).prefix { $0 != "-" })
  }

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
    let passing = FileName(Self.passingMark.utf8 + slot.text)
    _ = unsafe passing.withPointer { unsafe unlinkat(descriptor, $0, 0) }
    do {
      try slots.create(passing, content, as: kind, permissions: permissions, owner: owner)
    } catch {
      throw SnapshotError.system(error, at: Self.path(in: store))
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
      guard let file = try? FileHandle(slot(step), in: descriptor, isFolder: false) else { continue }
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

  private var failure: SnapshotError { .system(FileFailure(errno), at: Self.path(in: store)) }
}

extension StagingFolder {
  /// Clears what rollbacks left that nobody will finish: what the store has is removed, anything else is rescued.
  static func settleAll(in store: String, except pending: String?, objects: ObjectStore, git: LibGit2) throws {
    guard unsafe access(path(in: store), F_OK) == 0 else { return }
    for name in try StoreFolder.names(in: path(in: store)) where owner(of: name) != pending {
      let staging = try StagingFolder(owner(of: name), store: store, git: git)
      let slot = FileName(name.utf8)
      let isKnown =
        if case .present(let version?) = try staging.content(of: slot) { objects.hasWhole(version.id) } else { false }
      // What was being staged was still only a copy.
      if isKnown || name.hasPrefix(passingMark) {
        try staging.drop(slot)
      } else {
        _ = try staging.rescue(slot, from: ProjectPath(name))
      }
    }
  }
}

extension SnapshotStore {
  /// Whether a rollback keeps files in the store at `folder`; its process may be at work or gone.
  package static func hasStagedFiles(in folder: String) -> Bool { StagingFolder.holdsFiles(in: folder) }
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
