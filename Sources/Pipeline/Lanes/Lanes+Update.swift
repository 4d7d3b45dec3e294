import SourceControl

extension Lanes {
  /// What the project's changes since did to a task's worktree.
  enum Update: Sendable {
    /// There were none.
    case none
    case merged
    /// The task has to resolve something; the text says what, and shows both sides.
    case conflict(String)
  }

  /// Brings a task's worktree up to what the project is now, merging what both have changed.
  ///
  /// What checks have put in the way of that is the task's to resolve as well.
  func bringUpToDate(_ id: TaskID, step: Int) async throws -> Update {
    do {
      return try await update(id, step: step)
    } catch let damage as LaneDamage {
      // Whatever the task makes of its files now is to be merged then.
      if var record = await journal.state.task(id), record.lane?.update != nil {
        record.lane?.update = nil
        try await journal.commit([.taskUpdated(record)])
      }
      return .conflict(damage.description)
    }
  }

  private func update(_ id: TaskID, step: Int) async throws -> Update {
    guard let lane = await journal.state.task(id)?.lane else { return .none }
    if let update = lane.update {
      let update = try await carryOut(update, of: id, step: step)
      if case .conflict = update { return update }
    }
    if let unresolved = try await unresolvedMarks(of: id) { return .conflict(unresolved) }
    let target = try await checkpoints.capture(CheckpointMoment(.merge(id)))
    guard var record = await journal.state.task(id), let base = record.lane?.base else { return .none }
    let changes = try await keeper.changes(from: base, to: target)
    guard !changes.isEmpty else { return lane.update == nil ? .none : .merged }
    let (_, files) = try await place(of: lane)
    let changed = Set(changes.map(\.path))
    var mine: [FileOrigin] = []
    var kept: [StateChange] = []
    for origin in record.origins where changed.contains(origin.path) {
      let contents = try await Self.contents(of: origin.path, in: files, lane)
      mine.append(FileOrigin(path: origin.path, before: origin.before, left: contents?.id))
      if let contents { kept.append(.blobKept(contents.id, contents.bytes)) }
    }
    let update = LaneUpdate(target: target, mine: mine)
    record.lane?.update = update
    try await journal.commit(kept + [.taskUpdated(record)])
    return try await carryOut(update, of: id, step: step)
  }

  /// Makes an update that is written down, from the beginning.
  private func carryOut(_ update: LaneUpdate, of id: TaskID, step: Int) async throws -> Update {
    guard var record = await journal.state.task(id), let lane = record.lane else { return .none }
    let changes = try await keeper.changes(from: lane.base, to: update.target)
    let versions = Dictionary(changes.map { ($0.path, $0) }) { $1 }
    var merged: [ProjectPath: [UInt8]?] = [:]
    var conflicts: [MergeConflict] = []
    var kept: [StateChange] = []
    for file in update.mine {
      guard let change = versions[file.path] else { continue }
      let theirs = try await content(change.after)
      let merge = FileMerge(
        base: try await content(change.before),
        mine: try await blob(file.left),
        theirs: theirs
      )
      let outcome = try merge.outcome(LaneRecord.myLabel, LaneRecord.theirLabel)
      let result: [UInt8]?
      switch outcome {
      case .clean(let content): result = content
      case .marked(let content):
        result = content
        record.lane?.marked.append(file.path)
        conflicts.append(MergeConflict(path: file.path, mine: merge.mine, kind: .marked))
      case .irreconcilable:
        // What is in the project stands; the task can do its own work again on top of it.
        result = theirs
        let kind: MergeConflict.Kind = theirs == nil ? .removedThere : merge.mine == nil ? .removedHere : .noText
        conflicts.append(MergeConflict(path: file.path, mine: merge.mine, kind: kind))
      }
      merged[file.path] = .some(result)
      let left = try result.map { try ObjectID(blob: $0) }
      record.noteMerged(file.path, before: change.after?.id, left: left)
      if let theirs, let id = change.after?.id, CheckFiles().decides(file.path) {
        kept.append(.blobKept(id, theirs))
      }
    }
    try await keeper.update(lane, to: update.target, merged: merged)
    record.lane?.base = update.target
    record.lane?.update = nil
    let event = MergeEvent(
      step: step,
      task: id,
      into: .worktree,
      checkpoint: update.target,
      files: changes.map(\.path),
      conflicts: conflicts.isEmpty ? nil : conflicts.map(\.path)
    )
    try await journal.commit(kept + [.taskUpdated(record)], [.merge(event)])
    return conflicts.isEmpty ? .merged : .conflict(MergeConflict.report(conflicts))
  }

  func content(_ version: FileVersion?) async throws -> [UInt8]? {
    guard let version else { return nil }
    return try await keeper.content(of: version)
  }

  private func blob(_ id: ObjectID?) async throws -> [UInt8]? {
    guard let id else { return nil }
    return try await journal.store.blob(id)
  }

  /// Says where marks of an earlier merge are left; nil where none are.
  private func unresolvedMarks(of id: TaskID) async throws -> String? {
    guard var record = await journal.state.task(id), let lane = record.lane, !lane.marked.isEmpty else { return nil }
    let (_, files) = try await place(of: lane)
    var marked: [MergeConflict] = []
    for path in lane.marked {
      guard let contents = try await Self.contents(of: path, in: files, lane),
        FileMerge.hasMarks(contents.bytes, LaneRecord.myLabel, LaneRecord.theirLabel)
      else { continue }
      marked.append(MergeConflict(path: path, mine: nil, kind: .marked))
    }
    record.lane?.marked = marked.map(\.path)
    try await journal.commit([.taskUpdated(record)])
    return marked.isEmpty ? nil : MergeConflict.report(marked)
  }
}
