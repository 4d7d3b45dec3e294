@unsafe @preconcurrency import Glibc

extension SnapshotStore {
  /// Captures the present in a safety snapshot, and thinks a rollback to `target` through; no file is touched.
  ///
  /// The safety snapshot holds ignored files too if the target has something at their paths. With `paths` only those
  /// are brought back. Files that `undone` put where none were go again, even if rules ignore them. What is not as
  /// `expected` says is a conflict; without it nothing is. If the safety snapshot is not to be `isListed`, `enlist` has to
  /// make it last before anything is changed; until then a process that dies leaves nothing.
  package func proposeRestore(
    to target: Snapshot,
    label: SnapshotLabel,
    state: [StateDocument] = [],
    expected: ExpectedFiles? = nil,
    paths: Set<ProjectPath>? = nil,
    undoing undone: RestorePlan? = nil,
    isListed: Bool = true
  ) throws -> RestoreProposal {
    let usual = index.extra
    defer { index.extra = usual }
    // What a rollback put there is the program's own, whatever rules there are by now.
    index.extra.formUnion(undone?.placed.filter { $0.after?.version != nil }.map(\.path) ?? [])
    var (pack, files) = try capture()
    let hidden = try hiddenPaths(in: files, of: pack, target)
    if !hidden.isEmpty {
      try publish(pack, isLast: false)
      index.extra.formUnion(hidden)
      (pack, files) = try capture()
    }
    let latest = refs.snapshots.last?.id
    let present = try keep(files, in: pack, label, state: state, kind: .safety, isListed: isListed)
    var draft = RestoreDraft(
      store: self,
      rules: TargetRules(store: self, tree: target.files, outer: index.rules, keeps: index.keeps),
      present: present,
      target: target,
      paths: paths,
      undoing: undone
    )
    do {
      try draft.gather(expected)
    } catch {
      try? discard(draft.proposal(isPresentNew: present.id != latest))
      throw error
    }
    return draft.proposal(isPresentNew: present.id != latest)
  }

  /// The files that were not captured and are where the target has something.
  private func hiddenPaths(in files: ObjectID, of pack: PackWriter, _ target: Snapshot) throws -> Set<ProjectPath> {
    do {
      let disk = try ProjectTree(root)
      var hidden: Set<ProjectPath> = []
      for change in try changes(from: target.files, to: files, in: pack) where change.after == nil {
        hidden.formUnion(disk.obstacles(at: change.path))
      }
      return hidden
    } catch {
      index.forget()
      throw error
    }
  }

  /// Finds what a tree has at a path.
  func entry(_ path: some Collection<UInt8>, in root: ObjectID) throws -> TreeEntries.Entry? {
    var found: TreeEntries.Entry?
    var folder: ObjectID? = root
    for name in path.split(separator: slash) {
      guard let id = folder else { return nil }
      guard let next = try tree(id).entries.first(where: { $0.name.elementsEqual(name) }) else { return nil }
      (found, folder) = (next, next.folder)
    }
    return found
  }
}

extension RestorePlan {
  /// The steps that put something where nothing was.
  var placed: [RestoreStep] { steps.filter { $0.before == nil } }
}

/// The rules of a target, by which files that it ignores are told from those that it did not have.
struct TargetRules {
  private let store: SnapshotStore
  private let tree: ObjectID
  private let outer: IgnoreStack
  /// Tells of a path whether rules do not concern it.
  private let keeps: (ProjectPath) -> Bool
  private var stacks: [ArraySlice<UInt8>: IgnoreStack?] = [:]

  init(store: SnapshotStore, tree: ObjectID, outer: IgnoreStack, keeps: @escaping (ProjectPath) -> Bool) {
    (self.store, self.tree, self.outer, self.keeps) = (store, tree, outer, keeps)
  }

  /// Tells whether the target's rules leave a path out.
  mutating func ignores(_ path: ProjectPath, isFolder: Bool) throws -> Bool {
    if keeps(path) { return false }
    guard let stack = try stack(for: path.parent.map { $0.bytes[...] } ?? []) else { return true }
    return stack.ignores(path.bytes, isFolder: isFolder)
  }

  /// The rules that hold in a folder; nil if it is ignored itself.
  private mutating func stack(for folder: ArraySlice<UInt8>) throws -> IgnoreStack? {
    if let known = stacks[folder] { return known }
    var stack: IgnoreStack? = outer
    if !folder.isEmpty {
      stack = try self.stack(for: folder.lastIndex(of: slash).map { folder[..<$0] } ?? [])
      if stack?.ignores(Array(folder), isFolder: true) == true { stack = nil }
    }
    if stack != nil {
      let prefix = folder.isEmpty ? [] : folder + [slash]
      if let entry = try store.entry(prefix + ".gitignore".utf8, in: tree), entry.version?.kind != .link,
        entry.version != nil
      {
        let rules = IgnoreRules(parsing: try store.objects.read(entry.id, as: .blob))
        stack?.push(rules, depth: outer.prefix.count + prefix.count)
      }
    }
    stacks[folder] = .some(stack)
    return stack
  }
}
