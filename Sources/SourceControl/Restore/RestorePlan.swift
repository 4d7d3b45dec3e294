/// What a rollback will do to a project's files, path by path.
///
/// A caller that stores the plan before it is applied can apply it again after a crash: whatever was done by then, the
/// files end as the plan says.
package struct RestorePlan: Hashable, Sendable, Codable {
  /// The name of the plan's folder in the store.
  package let id: String
  package let target: SnapshotID
  /// In the order in which they are carried out.
  package let steps: [RestoreStep]
  /// What the rollback that this one undoes had moved out of the way; nil if nothing.
  let returns: Returns?
  /// The permissions of the project's own folder, if it has to be opened and closed again.
  let rootPermissions: UInt32?

  /// Things that go back to where they were.
  struct Returns: Hashable, Sendable, Codable {
    /// The plan that had moved them.
    let id: String
    let items: [RescueFolder.Item]
  }

  init(
    id: String,
    target: SnapshotID,
    steps: [RestoreStep],
    returns: Returns? = nil,
    rootPermissions: UInt32? = nil
  ) {
    (self.id, self.target, self.steps, self.returns) = (id, target, steps, returns)
    self.rootPermissions = rootPermissions
  }
}

/// What a rollback does at one path.
package struct RestoreStep: Hashable, Sendable, Codable {
  package let path: ProjectPath
  /// What the project has there; nil if nothing.
  package let before: State?
  /// What it will have; nil if nothing.
  package let after: State?

  /// A file or folder, with its permissions.
  package enum State: Hashable, Sendable, Codable {
    case file(FileVersion, permissions: UInt32)
    case folder(permissions: UInt32)
  }

  /// The order in which steps are carried out: what is in the way goes first, permissions that could be come last.
  enum Phase: Int, Comparable {
    case removal
    case folderRemoval
    case folderCreation
    case placement
    case permission

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  var phase: Phase {
    switch (before, after) {
    case (_, nil) where before?.version == nil: .folderRemoval
    case (_, nil): .removal
    case (nil, .folder): .folderCreation
    case (_, .folder): .permission
    case (_, .file(let version, _)): before?.version == version ? .permission : .placement
    }
  }
}

extension RestoreStep {
  /// Whether what is there keeps its content and gets other permissions, or becomes executable or a link.
  var isOfModeAlone: Bool {
    guard let before, let after, before != after else { return false }
    return before.version?.id == after.version?.id
  }

  /// Whether a file goes away, or gets other permissions.
  var losesPermissions: Bool {
    guard case .file(let version, let permissions) = before, version.kind != .link else { return false }
    guard case .file(let next, let others) = after, next.kind != .link else { return true }
    return permissions != others
  }

  /// Whether it is about a folder that stays one.
  var isOfLastingFolder: Bool { before != nil && after != nil && before?.version == nil && after?.version == nil }
}

extension [RestoreStep] {
  /// The steps in the order in which they can be carried out.
  var inOrder: [RestoreStep] {
    sorted { left, right in
      if left.phase != right.phase { return left.phase < right.phase }
      switch left.phase {
      // What is inside comes first, where the order of paths would have it last.
      case .folderRemoval, .permission: return right.path < left.path
      case .removal, .folderCreation, .placement: return left.path < right.path
      }
    }
  }
}

extension RestoreStep.State {
  /// The file's version; nil for a folder.
  package var version: FileVersion? {
    if case .file(let version, _) = self { version } else { nil }
  }

  package var permissions: UInt32 {
    switch self {
    case .file(_, let permissions), .folder(let permissions): permissions
    }
  }
}

/// A rollback that was thought through but not begun.
package struct RestoreProposal: Sendable {
  /// The state before the rollback, which takes it back.
  package let present: Snapshot
  /// Whether that was taken for this rollback, and not there already.
  let isPresentNew: Bool
  package let target: Snapshot
  /// What would change in the files' contents and kinds, in the order of the paths.
  package let changes: [SnapshotChange]
  /// The paths among those that hold something else than the program left there, in order.
  package let conflicts: [ProjectPath]
  /// Files that stay because the target's rules ignore them, or because it could not take them in, in order.
  package let ignored: [ProjectPath]
  let steps: [RestoreStep]
  let returns: RestorePlan.Returns?
  /// The permissions of the project's own folder, if nothing can be put into it.
  let rootPermissions: UInt32?

  /// The files whose permissions a rollback would throw away together with their content.
  package var lostModes: Set<ProjectPath> {
    Set(steps.filter { $0.losesPermissions && !$0.isOfModeAlone }.map(\.path))
  }

  /// Whether there is nothing to do.
  package var isEmpty: Bool { steps.isEmpty && returns == nil }

  /// Makes the plan, which leaves the paths in `kept` as they are, and what cannot be without them.
  ///
  /// Of a folder that would only get other permissions it leaves those, and nothing else.
  package func plan(keeping kept: Set<ProjectPath> = []) -> RestorePlan {
    let folders = Set(steps.filter { $0.isOfLastingFolder && kept.contains($0.path) }.map(\.path))
    let kept = kept.subtracting(folders)
    let above = ExtraPaths(kept)
    let all = steps.map { step in
      // It may have to be opened for what is in it, and is closed again by this.
      folders.contains(step.path) ? RestoreStep(path: step.path, before: step.before, after: step.before) : step
    }
    let steps = all.filter { step in
      if kept.contains(step.path) { return false }
      // A folder with a kept file in it stays a folder, and a kept file does not become one.
      if step.after?.version != nil || step.after == nil, above.include(step.path.bytes, isFolder: true) {
        return false
      }
      var parent = step.path.parent
      while let folder = parent {
        if kept.contains(folder) { return false }
        parent = folder.parent
      }
      return true
    }
    let items = returns?.items.filter { !kept.contains($0.path) } ?? []
    return RestorePlan(
      id: StagingFolder.newName(),
      target: target.id,
      steps: steps,
      returns: returns.flatMap { items.isEmpty ? nil : RestorePlan.Returns(id: $0.id, items: items) },
      rootPermissions: rootPermissions
    )
  }
}

/// What the program believes the files to be: what a snapshot says, but for the files that it changed since.
package struct ExpectedFiles: Sendable {
  package let base: Snapshot
  /// The contents that the program left since; nil for a file that it removed.
  package let changed: [ProjectPath: ObjectID?]

  package init(base: Snapshot, changed: [ProjectPath: ObjectID?] = [:]) {
    self.base = base
    self.changed = changed
  }
}

/// What a rollback did.
package struct RestoreReport: Hashable, Sendable {
  /// The paths that were brought back or removed.
  package var restored: [ProjectPath] = []
  /// What stood in the way, now or in the rollback that is undone, and is in no snapshot, with the place where it is.
  package var rescued: [Rescue] = []
  /// What still differs from the target: what was kept, and files that were ignored until its rules came back.
  package var differences: [SnapshotChange] = []

  /// Whether all files are now exactly the target's.
  package var isExact: Bool { differences.isEmpty }

  /// Something that was moved out of the way.
  package struct Rescue: Hashable, Sendable {
    package let path: ProjectPath
    /// Relative to the store's folder.
    package let place: String
  }
}
