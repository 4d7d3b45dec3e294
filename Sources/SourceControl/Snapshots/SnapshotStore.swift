import CLibGit2
@unsafe @preconcurrency import Glibc

/// The snapshots of one project: a bare Git repository that only this class writes to.
///
/// Calls block, and belong on one thread at a time: an actor with a thread of its own should own the store.
package final class SnapshotStore {
  /// The project's folder, absolute and without symbolic links.
  package let root: String
  package let limits: SnapshotLimits
  let folder: StoreFolder
  var objects: ObjectStore
  let git: LibGit2
  let step: StepObserver
  var refs: SnapshotRefs
  var index: FolderIndex
  /// The last snapshot that its owner knows of; the ids of new ones are larger, also where it is not here any more.
  package var known: SnapshotID?
  /// The bytes that were stored since the last snapshot and are in none.
  var unaccounted = 0
  /// The plan that was staged by this very store, and not applied since.
  var stagedPlan: String?

  /// Opens the store in `folder` for the project at `root`, and makes it if there is none.
  ///
  /// Throws `SnapshotError.locked` where another process has it. `extra` are paths that belong to the project although
  /// rules ignore them. `pending` is a rollback that will be applied again. A store that is not `isKept` goes with its
  /// owner: nothing waits for the disk, and nobody else finds its snapshots. `step` is told before each step that changes
  /// something on disk; tests end the process there.
  package init(
    root: String,
    folder: String,
    extra: Set<ProjectPath> = [],
    limits: SnapshotLimits = SnapshotLimits(),
    pending: RestorePlan? = nil,
    isKept: Bool = true,
    step: @escaping StepObserver = { _ in }
  ) throws {
    guard let resolved = unsafe realpath(root, nil) else {
      throw UnreadableProject(path: root, message: FileFailure(errno).message)
    }
    defer { unsafe free(resolved) }
    self.root = unsafe String(cString: resolved)
    try Self.refuseUnsuitable(self.root)
    self.limits = limits
    self.step = step
    git = try LibGit2.loaded()
    _ = try Deflater()
    self.folder = try StoreFolder(folder)
    objects = try ObjectStore(folder: folder + "/objects", isDurable: isKept, step: step)
    refs = try SnapshotRefs(in: folder, isKept: isKept)
    try StagingFolder.settleAll(in: folder, except: pending?.id, objects: objects, git: git)
    index = FolderIndex(root: self.root, extra: extra, cache: folder + "/walk.cache")
    // What is known of the files speaks of objects that may be gone; then every file is read, and stored again.
    if self.folder.isDamaged || !refs.snapshots.allSatisfy({ objects.contains($0.commit) }) { index.discard() }
  }

  /// Opens the store in `folder` to read from it, also while another process changes it; nothing may be taken with it.
  package init(reading folder: String, of root: String) throws {
    (self.root, limits, step) = (root, SnapshotLimits(), { _ in })
    git = try LibGit2.loaded()
    self.folder = StoreFolder(reading: folder)
    // The references first: objects that they lead to are there before them.
    refs = try SnapshotRefs(in: folder)
    objects = try ObjectStore(folder: folder + "/objects", step: step)
    index = FolderIndex(root: root, extra: [], cache: folder + "/walk.cache")
  }

  /// Paths of files that are captured although rules ignore them.
  package var extra: Set<ProjectPath> {
    get { index.extra }
    set { index.extra = newValue }
  }

  /// Files, folders and patterns of names that are captured although rules ignore them.
  package var named: [String] {
    get { index.named }
    set { index.named = newValue }
  }

  /// Paths of files that are no part of any snapshot, whatever rules say.
  package var hidden: Set<ProjectPath> {
    get { index.hidden }
    set { index.hidden = newValue }
  }

  /// Throws `SnapshotError.unsuitable` for a folder that is no project; its path has no symbolic links.
  package static func refuseUnsuitable(_ root: String) throws {
    var places = ["/"]
    if let home = unsafe getenv("HOME") { places.append(unsafe String(cString: home)) }
    if let user = unsafe getpwuid(getuid()), let home = unsafe user.pointee.pw_dir {
      let home = unsafe String(cString: home)
      places.append(home)
      // What holds the user's own home is no project; a build may put HOME anywhere.
      places += home.indices.dropFirst().filter { home[$0] == "/" }.map { String(home[..<$0]) }
    }
    for place in places {
      guard let resolved = unsafe realpath(place, nil) else { continue }
      defer { unsafe free(resolved) }
      if unsafe String(cString: resolved) == root { throw SnapshotError.unsuitable(root) }
    }
  }
}

// MARK: - Taking

extension SnapshotStore {
  /// Captures the project's files as they are now, with `state`.
  ///
  /// Where nothing at all changed since the last snapshot, it is that snapshot again, and nothing is written; one that
  /// was taken on demand is always new. With `filesAlone` it is that one also where only the state changed.
  package func snapshot(
    _ label: SnapshotLabel,
    state: @autoclosure () throws -> [StateDocument] = [],
    kind: SnapshotKind = .automatic,
    filesAlone: Bool = false
  ) throws -> Snapshot {
    try reportingRefusals {
      let (pack, files) = try capture()
      if filesAlone, let last = try newest(of: files, published: pack) { return last }
      return try keep(files, in: pack, label, state: try state(), kind: kind)
    }
  }

  /// The last snapshot where it is one of the same files, of which nothing is left to be stored.
  private func newest(of files: ObjectID, published pack: PackWriter) throws -> Snapshot? {
    guard let last = newest()?.snapshot, last.files == files else { return nil }
    let blob = libgit2_object(rawValue: UInt32(ObjectKind.blob.rawValue))
    let meta = try git.id(of: SnapshotMeta(index.root).bytes.span, as: blob)
    guard last.meta == meta else { return nil }
    try publish(pack)
    return last
  }

  /// Walks the project, and answers a pack with what the store lacks, not published yet, and the tree of the files.
  ///
  /// With a `focus` it looks only into those folders.
  func capture(focus: Set<ArraySlice<UInt8>>? = nil) throws -> (pack: PackWriter, files: ObjectID) {
    precondition(folder.isLocked, "A store that is only read takes nothing.")
    loadIndex()
    let pack = PackWriter(for: objects, capacity: limits.total, isKeepingTrees: !refs.snapshots.isEmpty)
    _ = try index.refresh(storingIn: pack, largestFile: limits.file, focus: focus)
    return (pack, index.root.id ?? .emptyTree)
  }

  /// Takes over what an earlier process knew of the files, all of which is in the store then.
  func loadIndex() {
    index.load { objects.contains($0) }
  }

  /// Publishes a pack, or forgets that the store was to have what is in it.
  func publish(_ pack: PackWriter, isLast: Bool = true) throws {
    do {
      let size = pack.size
      try pack.publish(isLast: isLast)
      unaccounted += size
      index.save()
    } catch {
      index.forget()
      throw error
    }
  }

  /// Makes a snapshot of what was captured; one that is not `isListed` is there for who knows it alone, and until garbage
  /// is collected.
  func keep(
    _ files: ObjectID,
    in pack: PackWriter,
    _ label: SnapshotLabel,
    state: [StateDocument],
    kind: SnapshotKind,
    isListed: Bool = true
  ) throws -> Snapshot {
    do {
      let deflater = try Deflater()
      func store(_ bytes: [UInt8], _ kind: ObjectKind) throws -> ObjectID {
        let id = try git.id(of: bytes.span, as: libgit2_object(rawValue: UInt32(kind.rawValue)))
        try deflater.store(bytes.span, as: kind, id: id, in: pack)
        return id
      }
      if files == .emptyTree { _ = try store([], .tree) }
      let states = try state.map { TreeEntries.Entry(name: Array($0.name.utf8), blob: try store($0.bytes, .blob)) }
      let stateID = try store(TreeEntries.object(states), .tree)
      let meta = SnapshotMeta(index.root)
      let metaID = try store(meta.bytes, .blob)
      let parts = [
        TreeEntries.Entry(name: Array("files".utf8), kind: .folder, id: files),
        TreeEntries.Entry(name: Array("meta".utf8), blob: metaID),
        TreeEntries.Entry(name: Array("state".utf8), kind: .folder, id: stateID),
      ]
      let tree = try store(TreeEntries.object(parts), .tree)
      let last = newest()
      // A safety snapshot says where the user's own repository was.
      let isOfAnotherHead = kind == .safety && last?.snapshot.label[GitHead.trailer] != label[GitHead.trailer]
      if kind != .manual, !isOfAnotherHead, let last, last.tree == tree {
        try pack.publish()
        index.save()
        return last.snapshot
      }
      // What the store had already may be damaged, and then there is nothing to make.
      if objects.contains(files) { _ = try self.tree(files) }
      let changes = countChanges(to: files, since: last?.snapshot, of: meta.fileCount, in: pack)
      let commit = SnapshotCommit(
        tree: tree,
        seconds: FileStatus.now / 1_000_000_000,
        id: SnapshotID(number: max(refs.snapshots.last?.id.number ?? 0, known?.number ?? 0) + 1),
        kind: kind,
        label: label,
        figures: SnapshotFigures(
          files: meta.fileCount,
          changes: changes,
          skipped: meta.skipped.count,
          stored: pack.size + unaccounted
        )
      )
      let commitID = try store(commit.object, .commit)
      // An automatic one may be lost with the power, but never its parts alone.
      let isDurable = kind != .automatic
      unaccounted += pack.size
      if isListed {
        try refs.add(commit.id, commit: commitID, isDurable: isDurable, step: step) { list in
          if isDurable {
            try pack.publish(waitingFor: &list)
          } else {
            // The list's own wait is that for the names of what it leads to.
            try pack.publish(isLast: false)
            try list?.sync()
          }
        }
        unaccounted = 0
      } else {
        try pack.publish(isLast: isDurable)
      }
      try step("cache")
      index.save()
      return Snapshot(commit, id: commitID, files: files, state: stateID, meta: metaID)
    } catch {
      // The walk's memory says of objects that they are in the store, which they are not.
      index.forget()
      throw error
    }
  }

  /// The newest snapshot that can be read; a damaged one is no reason not to take others.
  private func newest() -> (snapshot: Snapshot, tree: ObjectID)? {
    for (id, commit) in refs.snapshots.reversed() {
      do {
        return try read(id, commit)
      } catch {
        // 'verify' tells what is wrong with it.
        continue
      }
    }
    return nil
  }

  /// How many files differ from the snapshot before; all of them where that cannot be read.
  private func countChanges(to files: ObjectID, since last: Snapshot?, of count: Int, in pack: PackWriter) -> Int {
    guard let last else { return count }
    do {
      return try countChanges(from: last.files, to: files, in: pack)
    } catch {
      return count
    }
  }
}

// MARK: - Reading

extension SnapshotStore {
  package func snapshot(_ id: SnapshotID) throws -> Snapshot {
    guard let commit = refs[id] else { throw SnapshotError.unknown(id.description) }
    return try read(id, commit).snapshot
  }

  /// The state that was given when the snapshot was taken.
  package func state(of snapshot: Snapshot) throws -> [StateDocument] {
    try tree(snapshot.state).entries.map { entry in
      StateDocument(
        name: String(decoding: entry.name, as: UTF8.self),
        bytes: try objects.read(entry.id, as: .blob)
      )
    }
  }

  func meta(of snapshot: Snapshot) throws -> SnapshotMeta {
    guard let meta = SnapshotMeta(try objects.read(snapshot.meta, as: .blob)) else {
      throw SnapshotError.damaged("the 'meta' of \(snapshot.id) is not readable")
    }
    return meta
  }

  /// Reads a tree, which may still be in `pack`.
  func tree(_ id: ObjectID, in pack: PackWriter? = nil) throws -> TreeEntries {
    if let pending = pack?.pendingTree(id).flatMap(TreeEntries.init) { return pending }
    return try objects.tree(id)
  }

  func read(_ id: SnapshotID, _ commitID: ObjectID) throws -> (snapshot: Snapshot, tree: ObjectID) {
    try Self.read(id, commitID, in: objects)
  }

  static func read(
    _ id: SnapshotID,
    _ commitID: ObjectID,
    in objects: ObjectStore
  ) throws -> (snapshot: Snapshot, tree: ObjectID) {
    guard let commit = SnapshotCommit(try objects.read(commitID, as: .commit)), commit.id == id else {
      throw SnapshotError.damaged("the commit \(commitID) of \(id) is not readable")
    }
    let parts = TreeEntries(try objects.read(commit.tree, as: .tree))?.entries ?? []
    guard parts.map(\.name) == ["files", "meta", "state"].map({ Array($0.utf8) }) else {
      throw SnapshotError.damaged("the tree of \(id) has not the parts of a checkpoint")
    }
    let snapshot = Snapshot(commit, id: commitID, files: parts[0].id, state: parts[2].id, meta: parts[1].id)
    return (snapshot, commit.tree)
  }
}

extension Snapshot {
  init(_ commit: SnapshotCommit, id: ObjectID, files: ObjectID, state: ObjectID, meta: ObjectID) {
    (self.id, kind, label, seconds) = (commit.id, commit.kind, commit.label, commit.seconds)
    (self.commit, self.files, figures, self.state, self.meta) = (id, files, commit.figures, state, meta)
  }
}

extension SnapshotStore {
  /// Says of a refusal of the system where it happened.
  func reportingRefusals<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let failure as FileFailure {
      throw SnapshotError.system(failure, at: root)
    }
  }
}
