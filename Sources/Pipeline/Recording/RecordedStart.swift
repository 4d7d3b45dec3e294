package import JSON
package import SourceControl

/// What a start of the program found: the state, the project and the settings from which all else follows.
package struct RecordedStart: Hashable, Codable, Sendable {
  /// The files; nil where they could not be captured.
  package var checkpoint: SnapshotID?
  /// The version of the database schema that the rows are of.
  package var schema: Int
  /// The rows of the state.
  package var tables: [RecordedTable]
  /// The files that were known otherwise than the project had them.
  package var known: [RecordedFile]
  /// Whether no file was known at all.
  package var isFirst: Bool
  /// What checks had left there before.
  package var byProducts: [RecordedFile]
  /// The worktrees of tasks; nil where the order of steps that are under way at once was not yet recorded.
  package var lanes: [RecordedLane]?
  package var settings: RunSettings
  package var models: [PhaseName: PhaseModel]
  /// The models of the orchestrated mode: the arbiter, and the specialists by their roles.
  package var roles: [String: PhaseModel]
  package var interpreter: PhaseModel?
  /// The models among which the router chooses; nil where there is none.
  package var candidates: [RoutingCandidate]?
  /// The configuration as it was resolved, by key.
  package var configuration: [String: JSONValue]

  package init(
    checkpoint: SnapshotID? = nil,
    schema: Int,
    tables: [RecordedTable],
    known: [RecordedFile],
    isFirst: Bool,
    byProducts: [RecordedFile],
    settings: RunSettings,
    models: [PhaseName: PhaseModel],
    roles: [String: PhaseModel] = [:],
    interpreter: PhaseModel? = nil,
    configuration: [String: JSONValue] = [:]
  ) {
    self.checkpoint = checkpoint
    self.schema = schema
    self.tables = tables
    self.known = known
    self.isFirst = isFirst
    self.byProducts = byProducts
    self.settings = settings
    self.models = models
    self.roles = roles
    self.interpreter = interpreter
    self.configuration = configuration
  }
}

extension RecordedStart {
  /// The tasks as the start found them.
  package var tasks: [TaskRecord] {
    let records = tables.first { $0.name == "task" }?.rows.compactMap { $0["record"] } ?? []
    return records.compactMap { try? $0.decoded(as: TaskRecord.self) }
  }

  /// The checkpoints that the run may go back to, beside the one that it began with.
  package var checkpoints: Set<SnapshotID> {
    Set(
      tasks.flatMap { task in
        task.checkpoints + [task.firstCheckpoint, task.lane?.base, task.lane?.update?.target].compactMap { $0 }
      }
    )
  }
}

/// The worktree of a task as a start of the program found it.
package struct RecordedLane: Hashable, Codable, Sendable {
  /// The name of its folder.
  package var name: String
  /// The checkpoint that it was made from.
  package var base: SnapshotID
  /// The files that are others than in that.
  package var files: [RecordedFile]

  package init(name: String, base: SnapshotID, files: [RecordedFile]) {
    (self.name, self.base, self.files) = (name, base, files)
  }
}

/// The rows of one table, without those that nothing depends on.
package struct RecordedTable: Hashable, Codable, Sendable {
  package var name: String
  package var rows: [JSONObject]
}
