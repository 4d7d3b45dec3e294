import Persistence
import Pipeline
import SourceControl
import Synchronization

/// One of a comparison's runs.
struct ComparedRun {
  private let comparison: Comparison
  private let plan: Comparison.Plan
  private let start: Comparison.Start
  private let isOrchestrated: Bool

  init(_ comparison: Comparison, plan: Comparison.Plan, start: Comparison.Start, isOrchestrated: Bool) {
    self.comparison = comparison
    self.plan = plan
    self.start = start
    self.isOrchestrated = isOrchestrated
  }

  var mode: String { isOrchestrated ? "orchestrated" : "traditional" }

  /// Makes the worktree, runs in it, measures, and removes it.
  func carryOut(_ number: Int, _ store: CheckpointStore) async throws -> RunMeasures {
    let worktree = try await store.makeWorktree(
      for: .comparison,
      "\(number)-\(mode)",
      at: start.checkpoint,
      sharing: comparison.configuration.worktree.share
    )
    do {
      let measures = try await run(in: worktree)
      try await putAway(worktree)
      return measures
    } catch {
      // The error that ended the work matters more; what is left is removed by the next start.
      try? await putAway(worktree)
      throw error
    }
  }

  /// Removes the worktree, unless somebody has changed something in it.
  private func putAway(_ worktree: Worktree) async throws {
    let files = try await worktree.foreignChanges()
    if files.isEmpty { try await worktree.remove() } else { try await comparison.keep(worktree, files) }
  }

  private func run(in worktree: Worktree) async throws -> RunMeasures {
    try await comparison.prepare(worktree)
    let desk = CheckpointDesk(
      project: worktree.path,
      configuration: comparison.configuration,
      command: "autonomy compare"
    )
    let first = try await desk.use { store in
      if let projection = start.projection {
        _ = try await store.store.commit([.projectionReplaced(projection)], [])
      }
      return try await store.create("Start").id
    }
    var settings = RunSettings(
      mode: mode,
      modeOrigin: "autonomy compare",
      limits: plan.limits,
      startsFresh: false,
      wantsDocumentation: plan.wantsDocumentation
    )
    settings.orchestrated = isOrchestrated ? plan.phases : []
    // Decisions are compared as they follow each other.
    settings.jobs = 1
    let meter = RunMeter()
    let factory = RunFactory(
      project: worktree.path,
      seenAs: comparison.project,
      configuration: comparison.configuration,
      environment: comparison.environment,
      sinks: [meter] + comparison.sinks,
      progress: comparison.streaming
    )
    let result = try await factory.run(settings, command: "autonomy compare")
    if result.outcome == .interrupted { throw CancellationError() }
    var measures = meter.measures
    let difference = try await desk.use { try await $0.differenceSince(first) }
    measures.change = ChangeSize(files: difference.changes.count, patch: difference.patch)
    return measures
  }
}

/// Measures a run while it goes on.
private final class RunMeter: EventSink {
  private let measurement = Mutex(RunMeasurement())

  var measures: RunMeasures { measurement.withLock { $0.result() } }

  func receive(_ events: [StoredEvent]) {
    measurement.withLock { measurement in
      for stored in events { measurement.take(stored.event) }
    }
  }
}

extension ChangeSize {
  /// Counts the lines of a patch as Git shows it.
  init(files: Int, patch: [UInt8]) {
    self.init(files: files, addedLines: 0, removedLines: 0)
    var isHeader = true
    for line in patch.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if line.starts(with: "diff ".utf8) { isHeader = true }
      if line.starts(with: "@@ ".utf8) { isHeader = false }
      guard !isHeader else { continue }
      if line.first == UInt8(ascii: "+") { addedLines += 1 }
      if line.first == UInt8(ascii: "-") { removedLines += 1 }
    }
  }
}
