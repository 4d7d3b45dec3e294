extension SnapshotStore {
  /// Brings the files back to what they were before a plan that `apply` could not carry out.
  ///
  /// Only what the plan has made is changed: what somebody else put at its paths meanwhile stays. What was moved out of
  /// the way comes back.
  package func takeBack(_ plan: RestorePlan) throws {
    try reportingRefusals {
      stagedPlan = nil
      try takeAgain(plan)
      let items = RescueFolder(plan.id, store: folder.path).items
      let rescued = Set(items.map(\.path))
      let steps = try plan.steps.compactMap { step -> RestoreStep? in
        // What stood there last is no longer what the plan says.
        let before = rescued.contains(step.path) && step.before?.version != nil ? nil : step.before
        let inverse = RestoreStep(path: step.path, before: step.after, after: before)
        guard inverse.before != nil || inverse.after != nil else { return nil }
        // Permissions may have been widened for steps that were carried out before theirs.
        guard try step.phase == .permission || isDone(step) else { return nil }
        // Whether a folder has to go cannot be seen; one that is not empty stays anyway.
        return try inverse.phase != .folderRemoval && isDone(inverse) ? nil : inverse
      }
      let inverse = RestorePlan(
        id: StagingFolder.newName(),
        target: plan.target,
        steps: steps.inOrder,
        returns: items.isEmpty ? nil : RestorePlan.Returns(id: plan.id, items: items),
        rootPermissions: plan.rootPermissions
      )
      var restorer = try Restorer(inverse, store: self, isFresh: true)
      try restorer.stage()
      try restorer.apply()
      let wrong = try inverse.steps.filter { try !rescued.contains($0.path) && !isDone($0) }
      guard wrong.isEmpty else { throw SnapshotError.unverified(paths: wrong.map(\.path)) }
      try StagingFolder.settleAll(in: folder.path, except: nil, objects: objects, git: git)
    }
  }

  /// Moves what a plan had put back out of the way again.
  private func takeAgain(_ plan: RestorePlan) throws {
    guard let returns = plan.returns else { return }
    let rescued = RescueFolder(returns.id, store: folder.path)
    let tree = try ProjectTree(root)
    for item in returns.items where !rescued.has(item) {
      guard let folder = try? tree.open(item.path.parent) else { continue }
      let name = FileName(item.path.lastComponent)
      if (try? FileStatus(of: name, in: folder.descriptor)) == nil { continue }
      _ = try rescued.add(name, in: folder.descriptor, from: item.path)
    }
  }
}
