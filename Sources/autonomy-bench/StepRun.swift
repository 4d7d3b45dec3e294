import JSON
import Persistence
import Pipeline
import Synchronization
import Unified

/// A run of many steps on one task, by a model that answers at once: every review finds an issue, every repair
/// changes the file.
struct StepRun {
  let project: ScratchProject
  let steps: Int
  var isRecorded = true
  /// Whether checkpoints are taken and all is on record from which the run can be played.
  var isPlayable = false

  /// What the run left behind.
  struct Outcome {
    /// How long each step took, in milliseconds, in order.
    let times: [Double]
    let events: Int
  }

  func run() async throws -> Outcome {
    var configuration = Configuration()
    configuration.limits.taskAttempts = steps
    configuration.limits.runModelCalls = nil
    let executor = QueueExecutor(label: "autonomy.run")
    let workspace = try Workspace(root: project.path, executor: executor)
    let folder = StateFolder(ofProject: workspace.root)
    try folder.make()
    let stopwatch = Stopwatch()
    let store = try StateManager(path: folder.database, executor: executor)
    let journal = Journal(store: store, sink: EventBus([stopwatch]), recorder: isRecorded ? RunRecorder() : nil)
    let model = PhaseModel(
      role: "coding",
      name: ModelName("instant:1b"),
      server: "none",
      numContext: 32_768,
      numPredict: 4096
    )
    let models = Dictionary(uniqueKeysWithValues: PhaseName.allCases.map { ($0, model) })
    let limits = RunLimits(steps: steps)
    let settings = RunSettings(limits: limits, defaultLimits: limits, taskAttempts: steps)
    let record = try await RunStart(journal: journal, settings: settings).begin()
    var parts = RunParts(
      executor: executor,
      workspace: workspace,
      scanner: ProjectScanner(workspace: workspace),
      journal: journal,
      client: InstantModel(),
      models: models,
      sandbox: .off
    )
    if isPlayable {
      let checkpoints = CheckpointStore(
        project: workspace.root,
        store: store,
        settings: configuration.checkpoint,
        executor: executor
      )
      var start = RecordedStart(
        checkpoint: try await checkpoints.capture(CheckpointMoment(.run(record.id))),
        schema: JournalReader.schema,
        tables: [],
        known: [],
        isFirst: true,
        byProducts: [],
        settings: settings,
        models: models
      )
      for entry in configuration.entries { start.configuration[entry.key] = entry.value }
      journal.recorder?.note(.start(start))
      try await journal.commit([])
      parts.checkpoints = checkpoints
    }
    let assembly = RunAssembly(configuration: configuration, environment: ["PATH": "/usr/bin:/bin"])
    let result = await assembly.run(parts, record: record, settings: settings)
    guard result.steps == steps else {
      throw ChildProcess.Failure(
        description: "The run took \(result.steps) steps instead of \(steps). \(result.message)"
      )
    }
    return Outcome(times: stopwatch.times, events: stopwatch.events)
  }
}

/// Notes when each step begins.
private final class Stopwatch: EventSink {
  private let state = Mutex((starts: [ContinuousClock.Instant](), events: 0))

  func receive(_ events: [StoredEvent]) async {
    state.withLock { state in
      state.events += events.count
      for event in events {
        if case .decision = event.event { state.starts.append(.now) }
      }
    }
  }

  var events: Int { state.withLock { $0.events } }

  var times: [Double] {
    let starts = state.withLock { $0.starts }
    return zip(starts, starts.dropFirst()).map { ($1 - $0).milliseconds }
  }
}
