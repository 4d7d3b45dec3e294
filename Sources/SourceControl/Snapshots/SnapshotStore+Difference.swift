import CLibGit2

extension SnapshotStore {
  /// Lists what differs between two snapshots, in the order of the paths.
  package func changes(from before: Snapshot, to after: Snapshot) throws -> [SnapshotChange] {
    try changes(from: before.files, to: after.files)
  }

  /// Lists what differs between a snapshot and the files as they are now.
  package func changesSince(_ snapshot: Snapshot) throws -> [SnapshotChange] {
    try changes(from: snapshot.files, to: present())
  }

  /// Lists the files in a snapshot, in order.
  package func paths(in snapshot: Snapshot) throws -> [ProjectPath] {
    try changes(from: nil, to: snapshot.files).map(\.path)
  }

  /// What the regular files of a snapshot hold.
  package func files(in snapshot: Snapshot) throws -> [ProjectPath: ObjectID] {
    var files: [ProjectPath: ObjectID] = [:]
    for change in try changes(from: nil, to: snapshot.files) {
      if let version = change.after, version.kind == .file { files[change.path] = version.id }
    }
    return files
  }

  /// Writes a change as Git shows it.
  ///
  /// Names and contents may be no text, so this is bytes. Throws `SnapshotError.damaged` where a content cannot be read.
  package func patch(_ change: SnapshotChange) throws -> [UInt8] {
    let before: [UInt8]?
    let after: [UInt8]?
    do {
      before = try change.before.map { try objects.read($0.id, as: .blob) }
      after = try change.after.map { try objects.read($0.id, as: .blob) }
    } catch {
      let problem = SnapshotDamage.problem(of: error)
      throw SnapshotError.damaged(
        "'\(change.path)' cannot be read (\(problem)). 'autonomy checkpoints verify' tells what it concerns"
      )
    }
    return try LibGit2.patch(before: before, after: after, path: change.path)
  }

  /// Walks the project, stores what is new, and answers the tree of its files.
  ///
  /// With a `focus` only into those folders, the others being as they were.
  func present(focus: Set<ArraySlice<UInt8>>? = nil) throws -> ObjectID {
    let (pack, files) = try capture(focus: focus)
    try publish(pack)
    return files
  }

  /// What could not be captured, with the reason in a word: `large`, `unreadable`, `special`, `changing`, `reserved`.
  package func skipped(in snapshot: Snapshot) throws -> [(path: ProjectPath, reason: String)] {
    try meta(of: snapshot).skipped.map { ($0.key, $0.value.reason) }.sorted { $0.path < $1.path }
  }

  /// The bytes that the store takes on disk.
  package func size() throws -> Int {
    try StoreFolder.size(of: folder.path)
  }

  /// How many of these are in what rollbacks moved out of the way, which is the user's to remove.
  package func rescuedSize() throws -> Int {
    let path = "\(folder.path)/\(RescueFolder.parent)"
    return StoreFolder.exists(path) ? try StoreFolder.size(of: path) : 0
  }
}

extension LibGit2 {
  /// Writes the difference between two contents of a file; nil stands for no file.
  static func patch(before: [UInt8]?, after: [UInt8]?, path: ProjectPath) throws -> [UInt8] {
    let name = FileName(path.bytes)
    var text = unsafe libgit2_content()
    let status = unsafe name.withPointer { name in
      unsafe lend(before) { old in
        unsafe lend(after) { new in
          unsafe libgit2_patch(&text, old.baseAddress, old.count, name, new.baseAddress, new.count, name)
        }
      }
    }
    guard status == 0 else { throw failure() }
    defer { unsafe libgit2_text_free(&text) }
    return unsafe Array(UnsafeRawBufferPointer(start: text.bytes, count: text.size))
  }

  /// Lends a content that is there even if it is empty.
  static func lend(_ content: [UInt8]?, _ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    guard let content else { return unsafe body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    // An empty array may have no address, which would stand for no file.
    return unsafe (content + [0]).withUnsafeBytes { unsafe body(UnsafeRawBufferPointer(rebasing: $0.dropLast())) }
  }
}
