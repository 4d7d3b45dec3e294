extension SnapshotStore {
  /// Puts everything that a plan needs beside the project; no file is touched, and an error leaves nothing behind.
  ///
  /// The caller stores the plan between this and `apply`; from then on only `apply` and `takeBack` get the files out of
  /// the middle.
  package func stage(_ plan: RestorePlan) throws {
    do {
      try reportingRefusals { try Restorer(plan, store: self, isFresh: false).stage() }
    } catch {
      try StagingFolder.settleAll(in: folder.path, except: nil, objects: objects, git: git)
      throw error
    }
    stagedPlan = plan.id
  }

  /// Carries a plan out, or what is left to do of it, and verifies that the files are as it says.
  ///
  /// After a crash it is called again, in any process, until it returns. After an error `takeBack` undoes what it did.
  package func apply(_ plan: RestorePlan) throws -> RestoreReport {
    try reportingRefusals { try carryOut(plan) }
  }

  private func carryOut(_ plan: RestorePlan) throws -> RestoreReport {
    var restorer = try Restorer(plan, store: self, isFresh: stagedPlan == plan.id)
    stagedPlan = nil
    try restorer.apply()
    var report = restorer.report
    let files = try present(focus: focus(of: plan))
    let rescued = plan.returns.map { RescueFolder($0.id, store: folder.path) }
    let wrong = try plan.steps.filter { step in
      // What the walk has just read need not be read again.
      if let after = step.after, index.root.state(ofFile: step.path) == after { return false }
      return try !plan.hasReturned(step.path, from: rescued) && !isDone(step)
    }
    guard wrong.isEmpty else { throw SnapshotError.unverified(paths: wrong.map(\.path)) }
    report.differences = try changes(from: snapshot(plan.target).files, to: files)
      // Rules that are in no snapshot may hide what is there.
      .filter { $0.after != nil || version(at: $0.path) != $0.before }
    return report
  }

  /// The folders that a plan touches, with those above them; nil if rules may have changed elsewhere.
  private func focus(of plan: RestorePlan) -> Set<ArraySlice<UInt8>>? {
    var folders: Set<ArraySlice<UInt8>> = []
    for step in plan.steps {
      if step.path.lastComponent.elementsEqual(".gitignore".utf8) { return nil }
      var folder = step.path.bytes[...]
      while folders.insert(folder).inserted, let end = folder.lastIndex(of: slash) { folder = folder[..<end] }
    }
    return folders
  }

  /// What is on disk at a path.
  private func version(at path: ProjectPath) -> FileVersion? {
    guard let folder = try? ProjectTree(root).open(path.parent) else { return nil }
    let name = FileName(path.lastComponent)
    guard let status = try? FileStatus(of: name, in: folder.descriptor) else { return nil }
    return try? git.version(of: name, status, in: folder.descriptor)
  }

  /// Tells whether a path is what a step makes of it.
  func isDone(_ step: RestoreStep) throws -> Bool {
    guard let folder = try? ProjectTree(root).open(step.path.parent) else { return step.after == nil }
    let name = FileName(step.path.lastComponent)
    guard let status = try? FileStatus(of: name, in: folder.descriptor) else { return step.after == nil }
    switch step.after {
    // A folder stays that holds what is not the project's, and may come where a file was.
    case nil: return status.isFolder || step.before?.version == nil
    // One that was there, but ignored, keeps its permissions.
    case .folder(let permissions):
      return status.isFolder && (status.permissions == permissions || step.phase == .folderCreation)
    case .file(let version, let permissions):
      guard status.isRegular || status.isLink else { return false }
      guard version.kind == .link || status.permissions == permissions else { return false }
      return try git.version(of: name, status, in: folder.descriptor) == version
    }
  }
}

extension Folder {
  /// What the last walk found a file to be, by its path from here; nil if it took in none.
  fileprivate func state(ofFile path: ProjectPath) -> RestoreStep.State? {
    var folder = self
    for name in path.parent?.bytes.split(separator: slash) ?? [] {
      guard let next = folder.folder(named: name) else { return nil }
      folder = next
    }
    guard let file = folder.file(named: path.lastComponent), file.isPresent else { return nil }
    return .file(FileVersion(kind: file.kind, id: file.id), permissions: file.permissions)
  }
}
