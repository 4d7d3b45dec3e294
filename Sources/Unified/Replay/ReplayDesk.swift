package import Pipeline
package import SourceControl

/// What the user may do with the runs on record of a project.
package struct ReplayDesk: Sendable {
  private let project: String

  package init(project: String) {
    self.project = project
  }

  private var folder: StateFolder { StateFolder(ofProject: project) }
  private var checkpoints: String { "\(folder.path)/checkpoints" }

  /// The record of a run.
  ///
  /// Throws `RunRefusal` where there is none, and `DamagedRecord`.
  package func record(of run: RunID) throws -> RecordedRun {
    guard let reader = try JournalReader.open(folder) else {
      throw RunRefusal(.configuration, "There was no run in this project yet. Start one with 'autonomy run'.")
    }
    guard let record = try reader.record(of: run) else {
      let runs = try reader.runs().suffix(5).map { "'\($0.id)'" }.joined(separator: ", ")
      let others = runs.isEmpty ? "There was none in this project yet." : "The last are \(runs)."
      throw RunRefusal(.configuration, "There is no run '\(run)'. \(others)")
    }
    guard FileKind.of("\(checkpoints)/objects") != nil else {
      throw RunRefusal(
        .configuration,
        "The files that '\(run)' began with are not here: this project has none of its checkpoints. It can be played and "
          + "exported where it was run."
      )
    }
    return record
  }

  /// A run that was written to a file.
  package struct Export: Hashable, Sendable {
    /// In bytes.
    package var size: Int
    /// The project's files with a secret in them, which are in the file as they are.
    package var secretFiles: [ProjectPath]
    /// Whether the run can be had again; one of an earlier version that worked on several tasks at once cannot.
    package var isPlayable: Bool
  }

  /// Writes a run to a file that holds all a replay needs, and looks for what `mask` hides in the project's files.
  package func export(_ run: RunID, to path: String, mask: SecretMask = SecretMask()) async throws -> Export {
    let record = try record(of: run)
    return try await RunFactory.refusing {
      do {
        let size = try RunFile(path: path).write(record, checkpoints: checkpoints)
        let files = try RunFile.secretFiles(of: record, checkpoints: checkpoints, mask: mask)
        return Export(size: size, secretFiles: files, isPlayable: !record.isUnordered)
      } catch let error as WorkspaceError {
        throw RunRefusal(.configuration, "'\(path)' cannot be written: \(error)")
      }
    }
  }

  /// Plays a run of the project; nobody else may be at work on it meanwhile.
  package func replay(_ run: RunID, sinks: [any EventSink] = []) async throws -> ReplayReport {
    let record = try record(of: run)
    return try await RunFactory.refusing {
      let lock = try ProjectLock(folder: folder.path, command: "autonomy replay")
      defer { withExtendedLifetime(lock) {} }
      try await Worktree.removeLeftovers(of: project)
      let parent = Worktree.folder(of: project)
      return try await Replay(record, checkpoints: checkpoints, in: parent, sinks: sinks).run()
    }
  }

  /// How the run was set when it decided on a step; what the user said of its limits is left out.
  package func settings(of run: RunID, before step: Int) throws -> RunSettings {
    let start = try record(of: run).part(deciding: step).start.settings
    var settings = RunSettings(mode: start.mode, modeOrigin: "as in '\(run)'")
    settings.orchestrated = start.orchestrated
    return settings
  }

  /// A run that was played up to a step, to go on from there.
  package struct Fork: Hashable, Sendable {
    /// The worktree's folder.
    package var place: String
    /// The number of the last event that was played.
    fileprivate var lastEvent: Int
  }

  /// Removes the worktree of a fork from which nothing went on; answers whether that is so.
  package static func discard(_ fork: Fork) async throws -> Bool {
    let reader = try JournalReader.open(StateFolder(ofProject: fork.place))
    guard try reader?.events(EventSelection(after: fork.lastEvent)).isEmpty ?? true else { return false }
    try await Worktree(at: fork.place).remove()
    return true
  }

  /// Plays a run up to where a step was decided on, in a worktree of its own that stays, from where another run can go on.
  ///
  /// The worktree has the ignored folders that the configuration shares, and what its set-up makes. Throws as
  /// `Replay.fork` does, and `RunRefusal` where the set-up fails.
  package func fork(
    _ run: RunID,
    before step: Int,
    configuration: Configuration,
    environment: [String: String]
  ) async throws -> Fork {
    let record = try record(of: run)
    return try await RunFactory.refusing {
      let files = try await ProjectScanner(workspace: Workspace(root: project)).listing().files
      try WorktreePreparation.check(configuration.worktree.share, of: files.keys)
      let lock = try ProjectLock(folder: folder.path, command: "autonomy replay")
      defer { withExtendedLifetime(lock) {} }
      try await Worktree.removeLeftovers(of: project)
      let parent = Worktree.folder(of: project)
      let taken = Set(FileBytes.names(in: parent) ?? [])
      let name = "\(run)-\(step)"
      let names = [name] + (2...taken.count + 2).map { "\(name)-\($0)" }
      let free = names.first { !taken.contains("\(Worktree.Purpose.fork.rawValue)-\($0)") } ?? name
      let worktree = try await Replay(record, checkpoints: checkpoints, in: parent).fork(before: step, as: free)
      do {
        // Tasks that were at work have worktrees of their own in it.
        for place in [worktree] + Worktree.tasks(of: worktree.path) {
          try place.share(configuration.worktree.share, of: project)
          try await WorktreePreparation(place: project, configuration: configuration, environment: environment)
            .prepare(place)
        }
      } catch {
        try? await worktree.remove()
        throw error
      }
      let reader = try JournalReader.open(StateFolder(ofProject: worktree.path))
      let last = try reader?.events(EventSelection()).last?.sequence ?? 0
      worktree.finish()
      return Fork(place: worktree.path, lastEvent: last)
    }
  }

  /// Plays a run from a file; no project is needed for it.
  package static func replay(file: String, sinks: [any EventSink] = []) async throws -> ReplayReport {
    try await RunFactory.refusing {
      let folder = try TemporaryFolder()
      let store = "\(folder.path)/checkpoints"
      let record = try RunFile(path: file).read(unpackingTo: store)
      defer { withExtendedLifetime(folder) {} }
      return try await Replay(record, checkpoints: store, in: "\(folder.path)/worktrees", sinks: sinks).run()
    }
  }
}
