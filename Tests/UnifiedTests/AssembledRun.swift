import Orchestration
import Persistence
import Pipeline
import TestSupport
import Unified

/// A run on real files and a real database whose model is a closure.
struct AssembledRun {
  let folder: TemporaryDirectory
  var configuration = Configuration()
  var settings = RunSettings()
  /// Wraps the store, to disturb it.
  var store: @Sendable (StateManager) -> any StateStore = { $0 }
  var sinks: [any EventSink] = []
  var prompts: any PromptProvider = Prompts()
  var interpreter: (any CallInterpreter)?
  var model: ModelName = "closure:1b"
  var numContext = 16_384
  var environment = ["PATH": "/usr/bin:/bin"]
  /// Whether the model decides too, as arbiter and specialists.
  var isOrchestrated = false
  /// Whether checkpoints are taken, and worktrees made of them.
  var usesCheckpoints = false
  let client: any ModelClient

  /// Begins or continues the run, as another start of the program would.
  func run() async throws -> ResultEvent {
    let executor = QueueExecutor(label: "test.run")
    let workspace = try Workspace(root: folder.path, executor: executor)
    let state = StateFolder(ofProject: workspace.root)
    try state.make()
    let manager = try StateManager(path: state.database, executor: executor)
    let bus = EventBus(sinks)
    let journal = Journal(store: store(manager), sink: bus)
    var settings = settings
    if isOrchestrated { settings.orchestrated = Set(PhaseName.allCases) }
    settings.taskAttempts = configuration.limits.taskAttempts
    let record = try await RunStart(journal: journal, settings: settings).begin()
    let model = PhaseModel(
      role: "coding",
      name: model,
      server: "none",
      numContext: numContext,
      numPredict: 2048
    )
    var parts = RunParts(
      executor: executor,
      workspace: workspace,
      scanner: ProjectScanner(workspace: workspace),
      journal: journal,
      client: client,
      models: Dictionary(uniqueKeysWithValues: PhaseName.allCases.map { ($0, model) }),
      sandbox: .off,
      interpreter: interpreter,
      roles: isOrchestrated ? Self.roles(model) : nil,
      store: manager
    )
    parts.prompts = prompts
    if usesCheckpoints {
      let checkpoints = CheckpointStore(
        project: workspace.root,
        store: journal.store,
        settings: configuration.checkpoint,
        executor: executor,
        sink: bus
      )
      (parts.checkpoints, parts.worktrees) = (checkpoints, checkpoints)
    }
    return await RunAssembly(configuration: configuration, environment: environment)
      .run(parts, record: record, settings: settings)
  }

  private static func roles(_ model: PhaseModel) -> RoleModels {
    RoleModels(
      arbiter: model,
      specialists: Dictionary(uniqueKeysWithValues: SpecialistRole.allCases.map { ($0, model) })
    )
  }

  /// The state on disk.
  func state() throws -> PipelineState {
    try StateManager(path: StateFolder(ofProject: folder.path).database).state
  }
}

extension AssembledRun {
  init(
    folder: TemporaryDirectory,
    store: @escaping @Sendable (StateManager) -> any StateStore = { $0 },
    interpreter: (any CallInterpreter)? = nil,
    answer: @escaping @Sendable (ModelRequest) throws(ModelError) -> ModelReply
  ) {
    self.init(folder: folder, store: store, interpreter: interpreter, client: ClosureModel(answer: answer))
  }
}

private struct ClosureModel: ModelClient {
  let answer: @Sendable (ModelRequest) throws(ModelError) -> ModelReply

  func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    try answer(request)
  }
}

extension ModelReply {
  /// An answer of calls and nothing else.
  static func calls(_ calls: [ToolCall], content: String = "") -> ModelReply {
    ModelReply(content: content, toolCalls: calls, server: "none", model: ModelName("closure:1b"))
  }
}
