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
    _ recorder: RunRecorder?,
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
    if !byProducts.isEmpty, let recorder {
      let all = try await scanner.listing(excluding: []).files
      let files = byProducts.sorted().map { ($0, all[$0]) }
      start.byProducts = await recorder.keep(files, limit: RunRecorder.mostLeft) { path in
        try? await scanner.contents(of: path)
      }
    }
    for entry in configuration.entries { start.configuration[entry.key] = entry.value }
    return start
  }
}
