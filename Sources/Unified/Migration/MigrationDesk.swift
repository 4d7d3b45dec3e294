import Persistence
package import Pipeline

/// Moves a project's phases from one mode to the other, while no run is at work on it.
package struct MigrationDesk: Sendable {
  private let project: String
  private let configuration: Configuration
  private let command: String

  package init(project: String, configuration: Configuration, command: String) {
    self.project = project
    self.configuration = configuration
    self.command = command
  }

  /// Lets the arbiter decide on a phase, or on all where it is nil; answers why.
  ///
  /// Throws `RunRefusal` where there is no evidence for that, unless it is `forced`.
  package func promote(_ phase: PhaseName?, forced: Bool) async throws -> String {
    let reader = try JournalReader.open(StateFolder(ofProject: project))
    let stage = try MigrationStage(reader)
    let evidence = PhaseEvidence(for: phase, at: stage, in: try reader?.comparisons() ?? [])
    guard evidence.isEnough || forced else {
      throw RunRefusal(
        .configuration,
        "'\(phase?.rawValue ?? "orchestrated")' is not promoted. \(evidence.reason) '--force' promotes without evidence."
      )
    }
    let reason = evidence.isEnough ? evidence.reason : "It was wanted without evidence. \(evidence.reason)"
    try await note(
      MigrationEvent(
        phase: phase,
        isOrchestrated: true,
        reason: reason,
        isForced: !evidence.isEnough,
        baseline: phase.flatMap { evidence.baselines[$0] },
        baselines: phase == nil ? evidence.baselines : nil
      )
    )
    return reason
  }

  /// Lets the rules decide on a phase again, or on all where it is nil.
  package func demote(_ phase: PhaseName?, because reason: String = "The user wanted it.") async throws {
    try await note(MigrationEvent(phase: phase, isOrchestrated: false, reason: reason))
  }

  /// Takes back what did worse than its baseline, where the configuration wants that; answers what was taken back.
  package func review() async throws -> [MigrationEvent] {
    guard configuration.orchestration.demotes,
      let reader = try JournalReader.open(StateFolder(ofProject: project))
    else { return [] }
    let stage = try MigrationStage(reader)
    var demoted: [MigrationEvent] = []
    for phase in PhaseName.allCases where stage.isOrchestrated(phase) {
      guard let complaint = try reader.watch(phase, at: stage)?.complaint else { continue }
      let event = MigrationEvent(phase: phase, isOrchestrated: false, reason: complaint, isAutomatic: true)
      try await note(event)
      demoted.append(event)
    }
    return demoted
  }

  private func note(_ event: MigrationEvent) async throws {
    try await RunFactory.refusing {
      let folder = StateFolder(ofProject: project)
      try folder.make()
      let lock = try ProjectLock(folder: folder.path, command: command)
      defer { withExtendedLifetime(lock) {} }
      let executor = QueueExecutor(label: "autonomy.migration")
      let store = try StateManager(path: folder.database, mask: configuration.secrets, executor: executor)
      _ = try await store.commit([], [.migration(event)])
    }
  }
}
