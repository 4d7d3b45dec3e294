import SourceControl

extension Lanes {
  /// What came of putting a task's changes into the project.
  enum Merge: Sendable {
    /// The files that the project has from the task now, with their contents.
    case done([ProjectPath: ObjectID?])
    /// The project has changed since the worktree was brought up to date.
    case moved
    /// A file cannot be changed; the text says why.
    case refused(String)
  }

  /// Puts what a task has changed in its worktree into the project, if that still is what the worktree builds on.
  ///
  /// The changes are journalled before the first file is touched. A file that somebody else changes meanwhile stays as
  /// it is.
  func merge(_ id: TaskID, step: Int) async throws -> Merge {
    guard var record = await journal.state.task(id), let lane = record.lane else { return .done([:]) }
    let (_, files) = try await place(of: lane)
    // What the project holds is read before it is captured: what changes in between is seen in one of the two.
    var changes: [FileChange] = []
    for path in record.origins.map(\.path) {
      let mine: FileContents?
      do {
        mine = try await Self.contents(of: path, in: files, lane)
      } catch let damage as LaneDamage {
        return .refused(damage.description)
      }
      let now = try await Self.contents(of: path, in: project)?.id
      guard mine?.id != now else { continue }
      let mode = mine?.isExecutable == true ? FileChange.executableMode : FileChange.plainMode
      changes.append(FileChange(path: path, before: now, after: mine?.id, content: mine?.bytes, mode: mode))
    }
    let target = try await checkpoints.capture(CheckpointMoment(.merge(id)))
    guard try await keeper.changes(from: lane.base, to: target).isEmpty else { return .moved }
    if record.checkpoints.isEmpty { record.checkpoints = [target] }
    let noted = changes.map { FileOrigin(path: $0.path, before: $0.before, left: $0.after) }
    let event = MergeEvent(step: step, task: id, into: .project, checkpoint: target, files: changes.map(\.path))
    try await journal.commit([.mergeNoted(step: step, noted), .taskUpdated(record)], [.merge(event)])
    var known: [ProjectPath: ObjectID?] = [:]
    for change in changes {
      do throws(WorkspaceError) {
        try await project.apply(change)
        known[change.path] = .some(change.after)
      } catch {
        guard error.code != .environment else { throw StepStop.environment(error.description) }
        try await undo(noted, of: step)
        return error.code == .changed ? .moved : .refused(error.description)
      }
    }
    return .done(known)
  }

  /// Takes back what a merge had written when it could not go on, as far as it still is what the merge left.
  func undo(_ merge: [FileOrigin], of step: Int) async throws {
    var known: [ProjectPath: ObjectID?] = [:]
    for file in merge {
      guard try await Self.contents(of: file.path, in: project)?.id == file.left else { continue }
      let content = try await content(file.before.map { FileVersion(kind: .file, id: $0) })
      let change = FileChange(path: file.path, before: file.left, after: file.before, content: content)
      // Where that cannot be done either, the file stays as the merge left it, which was approved.
      let isUndone = (try? await project.apply(change)) != nil
      known[file.path] = .some(isUndone ? file.before : file.left)
    }
    try await journal.commit([.filesKnown(known), .mergeNoted(step: step, nil)])
  }

  /// Ends the use of the worktree of a task that is done.
  func end(_ lane: LaneRecord, of task: TaskID) async throws { try await keeper.release(lane, of: task) }
}
