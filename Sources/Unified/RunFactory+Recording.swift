import Orchestration
import Persistence
import Pipeline
import SourceControl

extension RunFactory {
  /// What the decision maker looks back at: failures, decisions and consultations.
  private static let remembered = RecentFailures.kinds + PastDecision.kinds + [.consultation]
  private static let mostRemembered = 1000

  /// What this start of the program found, before it changed anything; its models are added by the caller.
  func recordedStart(
    _ store: StateManager,
    _ scanner: ProjectScanner,
    _ listing: ProjectListing,
    _ recorder: RunRecorder,
    _ checkpoints: CheckpointStore,
    _ workspace: Workspace,
    _ settings: RunSettings
  ) async throws -> RecordedStart {
    let known = store.knownFiles()
    var start = RecordedStart(
      schema: Migrator().newestVersion,
      tables: try await store.recordedTables(
        events: settings.orchestrated.isEmpty && !settings.isShadowed ? [] : Self.remembered,
        count: Self.mostRemembered
      ),
      known: [],
      isFirst: known.isEmpty,
      byProducts: [],
      settings: settings,
      models: [:]
    )
    if !known.isEmpty {
      start.known = listing.paths(differingFrom: known).map { path in
        RecordedFile(path: path, id: known[path], isKept: false)
      }
    }
    let byProducts = store.state.byProducts
    if !byProducts.isEmpty {
      start.byProducts = await recorder.keep(
        byProducts.sorted(),
        of: try await scanner.listing(),
        in: scanner,
        limit: RunRecorder.mostLeft
      )
    }
    start.lanes = try await recordedLanes(store.state, recorder, checkpoints, workspace)
    for entry in configuration.entries { start.configuration[entry.key] = entry.value }
    return start
  }

  /// The worktrees of tasks as they are; what is not there any more is left out.
  private func recordedLanes(
    _ state: PipelineState,
    _ recorder: RunRecorder,
    _ checkpoints: CheckpointStore,
    _ workspace: Workspace
  ) async throws -> [RecordedLane] {
    var recorded: [RecordedLane] = []
    let written = state.writtenFiles(inProject: false)
    for lane in state.tasks.compactMap(\.lane) {
      let path = "\(Worktree.folder(of: workspace.root))/\(lane.worktree)"
      guard FileKind.of(path) == .folder, let base = try? await checkpoints.files(in: lane.base) else { continue }
      let scanner = ProjectScanner(workspace: try workspace.sibling(at: path))
      let now = try await scanner.listing(excluding: [], including: written.union(base.keys))
      let paths = now.paths(differingFrom: base)
      let files = await recorder.keep(paths, of: now, in: scanner, limit: RunRecorder.mostChanged)
      recorded.append(RecordedLane(name: lane.worktree, base: lane.base, files: files))
    }
    return recorded
  }
}
