@unsafe @preconcurrency import Glibc
import Pipeline
package import SourceControl

/// A folder beside the project that holds the files of a checkpoint, for work that the project must not see.
///
/// It lies in `.autonomy/worktrees`, is no worktree of Git's, and has a state of its own. The caller holds the project's
/// lock while it makes or removes one.
package struct Worktree: Hashable, Sendable {
  /// What a worktree is for.
  package enum Purpose: String, CaseIterable, Sendable {
    case comparison
    case replay
    /// Goes on from a step of a run, and holds what the user may want to keep.
    case fork
    /// Has what a task of the run has done so far, until that is merged.
    case task
    /// Was a task's that is done, and may become another's.
    case spare
    /// Has what a failed task left, for the user to look at.
    case failed
    /// Has what the user has changed in one whose work is over.
    case kept

    /// The name of a worktree for this.
    func name(_ name: String) -> String { "\(rawValue)-\(name)" }
  }

  /// The name of its folder, which begins with its purpose.
  package let name: String
  /// Absolute, without symbolic links.
  package let path: String

  init(name: String, path: String) {
    (self.name, self.path) = (name, path)
  }

  /// The worktree in a folder.
  init(at path: String) {
    self.init(name: path.split(separator: "/").last.map { String($0) } ?? "", path: path)
  }

  /// Removes the worktree with all that is in it.
  package func remove() async throws {
    let path = path
    try await DedicatedThread.run { CopiedTree.remove(path) }
  }

  /// A folder that marks what stays as long as it is not ready: killed before that, it is of no use to anybody.
  private static let mark = ".autonomy/unfinished"

  /// Tells that the worktree is ready, so that it stays.
  func finish() { unsafe rmdir("\(path)/\(Self.mark)") }

  /// Whether whoever made it was killed before it was ready.
  fileprivate var isUnfinished: Bool {
    FileKind.of("\(path)/.autonomy/state.db") == nil || FileKind.of("\(path)/\(Self.mark)") != nil
  }

  /// Copies what is ignored in the project: where the file system can, contents are not copied but shared.
  func share(_ paths: [String], of project: String) throws {
    for name in paths where FileKind.of("\(project)/\(name)") != nil {
      guard let path = try? ProjectPath(name) else {
        throw ScratchCopyError(name, "it is not a path inside the project")
      }
      try CopiedTree.copy(path, from: project, to: self.path)
    }
  }

  /// Removes the worktrees that something left behind that was killed; those that may hold something wanted stay.
  ///
  /// Answers the comparisons among those, with what in them is not their runs' own.
  @discardableResult
  package static func removeLeftovers(of project: String) async throws -> [Worktree: Set<ProjectPath>] {
    let folder = folder(of: project)
    var wanted: [Worktree: Set<ProjectPath>] = [:]
    for name in FileBytes.names(in: folder) ?? [] {
      let worktree = Worktree(name: name, path: "\(folder)/\(name)")
      if Purpose.comparison.owns(name) {
        // Of what cannot be read nobody knows what is in it; who wants the place is told of it.
        guard let files = try? await worktree.foreignChanges() else { continue }
        if files.isEmpty { try await worktree.remove() } else { wanted[worktree] = files }
      } else if Purpose.replay.owns(name) || Purpose.spare.owns(name)
        || Purpose.fork.owns(name) && worktree.isUnfinished
      {
        try await worktree.remove()
      }
    }
    return wanted
  }

  /// The files in it that somebody changed beside its runs: those that these have noticed, and those that none of them
  /// has left as they are.
  func foreignChanges() async throws -> Set<ProjectPath> {
    let (worktree, path) = (self, path)
    return try await DedicatedThread.run {
      guard let reader = try JournalReader.open(StateFolder(ofProject: path)) else { return [] }
      var files = try worktree.noticedChanges(reader)
      let checkpoints = "\(path)/.autonomy/checkpoints"
      guard FileKind.of(checkpoints) == .folder else { return files }
      let snapshots = try SnapshotStore(root: path, folder: checkpoints)
      guard let last = try snapshots.latest() else { return files }
      let (known, state) = (try reader.knownFiles(), try reader.state())
      // What a run was about to write when it was killed is there or not.
      let own = state.byProducts.union(state.openSteps.compactMap { $0.intent?.path })
      for change in try snapshots.changesSince(last) where known[change.path] != change.after?.id {
        if !own.contains(change.path) { files.insert(change.path) }
      }
      return files
    }
  }

  private func noticedChanges(_ reader: JournalReader) throws -> Set<ProjectPath> {
    var paths: Set<ProjectPath> = []
    let events = try reader.events(EventSelection(kinds: [.userChanged]))
    for case .userChanged(let event) in events.lazy.map(\.event) { paths.formUnion(event.paths) }
    return paths
  }

  /// The worktrees that were made for tasks.
  static func tasks(of project: String) -> [Worktree] {
    let folder = folder(of: project)
    return (FileBytes.names(in: folder) ?? []).sorted().filter { Purpose.task.owns($0) }
      .map { Worktree(name: $0, path: "\(folder)/\($0)") }
  }

  /// Removes the worktrees that were made for tasks, but those of these names.
  package static func removeTasks(of project: String, but kept: Set<String>) async throws {
    for worktree in tasks(of: project) where !kept.contains(worktree.name) { try await worktree.remove() }
  }

  /// Renames the worktree to one that stays for the user, under a number where there is one already.
  func setAside(as purpose: Purpose, _ name: String) async throws -> Worktree {
    let folder = String(path.dropLast(self.name.utf8.count + 1))
    var aside = purpose.name(name)
    var number = 2
    while FileKind.of("\(folder)/\(aside)") != nil {
      aside = purpose.name("\(name)-\(number)")
      number += 1
    }
    guard unsafe rename(path, "\(folder)/\(aside)") == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw StepStop.environment("The worktree '\(path)' cannot be renamed: \(reason).")
    }
    return Worktree(name: aside, path: "\(folder)/\(aside)")
  }

  /// The project as which checks see one that was forked from it; nil for any other folder.
  package static func origin(of path: String) -> String? {
    let name = String(RealPath.lastComponent(of: path))
    let folder = RealPath.parent(of: path)
    let suffix = Self.folder(of: "")
    guard Purpose.fork.owns(name), folder.hasSuffix(suffix) else { return nil }
    let project = String(folder.dropLast(suffix.count))
    return origin(of: project) ?? project
  }

  static func folder(of project: String) -> String { "\(project)/.autonomy/worktrees" }
}

/// A worktree that cannot be made, because there is one.
package struct WorktreeError: Error, Hashable, CustomStringConvertible {
  package let description: String

  init(_ worktree: Worktree) {
    description = "There is a worktree '\(worktree.path)' already. Look at what is in it, and remove it."
  }
}

extension Worktree.Purpose {
  fileprivate func owns(_ name: String) -> Bool { name.hasPrefix("\(rawValue)-") }
}

extension CheckpointStore {
  /// Makes a worktree with the files of a checkpoint, and copies of the ignored folders in `shared`, which may be large:
  /// where the file system can, their contents are not copied but shared.
  ///
  /// A `spare` one becomes it, which is quicker where most files are the same. Throws where there is a worktree of that
  /// name.
  package func makeWorktree(
    for purpose: Worktree.Purpose,
    _ name: String,
    at checkpoint: SnapshotID,
    sharing shared: [String] = [],
    from spare: Worktree? = nil
  ) async throws -> Worktree {
    let snapshots = try await snapshots()
    let root = snapshots.root
    let folder = Worktree.folder(of: root)
    let worktree = Worktree(name: purpose.name(name), path: "\(folder)/\(purpose.name(name))")
    guard FileKind.of(worktree.path) == nil else { throw WorktreeError(worktree) }
    if let spare, unsafe rename(spare.path, worktree.path) == 0 {
      do {
        let path = worktree.path
        try snapshots.reset(path, to: snapshots.snapshot(checkpoint)) { CopiedTree.remove($0, in: path) }
        try worktree.share(shared, of: root)
        return worktree
      } catch {
        // What is wrong with the place or with what is copied shows again where nothing is in the way.
        try await worktree.remove()
      }
    }
    try RealPath.makeFolders(worktree.path, mode: 0o700)
    do {
      try snapshots.copy(snapshots.snapshot(checkpoint), to: worktree.path)
      try worktree.share(shared, of: root)
    } catch {
      try? await worktree.remove()
      throw error
    }
    return worktree
  }
}

extension Worktree {
  /// Makes a worktree in `parent` with the files of a checkpoint, and with that and others as its own checkpoints.
  ///
  /// They are taken from the store in the folder `source`, which may be in use. Throws where there is a worktree of that
  /// name, and `SnapshotError.unknown` where the checkpoint is not there any more.
  static func make(
    for purpose: Purpose,
    _ name: String,
    in parent: String,
    at checkpoint: SnapshotID,
    with others: Set<SnapshotID> = [],
    of source: String
  ) async throws -> Worktree {
    let name = purpose.name(name)
    guard FileKind.of("\(parent)/\(name)") == nil else {
      throw WorktreeError(Worktree(name: name, path: "\(parent)/\(name)"))
    }
    try RealPath.makeFolders("\(parent)/\(name)", mode: 0o700)
    let worktree = Worktree(name: name, path: RealPath.of("\(parent)/\(name)") ?? "\(parent)/\(name)")
    let path = worktree.path
    do {
      try await DedicatedThread.run {
        let folder = StateFolder(ofProject: path)
        try folder.make()
        if purpose == .fork { unsafe mkdir("\(path)/\(mark)", 0o700) }
        let store = "\(folder.path)/checkpoints"
        try SnapshotStore.transfer(others.union([checkpoint]), from: source, to: store)
        let snapshots = try SnapshotStore(root: path, folder: store)
        try snapshots.copy(snapshots.snapshot(checkpoint), to: path)
      }
    } catch {
      try? await worktree.remove()
      throw error
    }
    return worktree
  }
}
