import JSON
package import Persistence
package import Pipeline
package import SourceControl

/// A project's checkpoints: its files, by SourceControl's engine, and the pipeline's state with them.
package actor CheckpointStore {
  let store: any StateStore
  let project: String
  let settings: CheckpointSettings
  private let executor: QueueExecutor
  private let journal: Journal
  private let isKept: Bool
  /// The project's files as a run sees them; absent where nobody has to hear of what is captured.
  private let workspace: Workspace?
  private var opened: SnapshotStore?
  /// The number of checkpoints from which on retention looks at them again; nil if it has not looked yet.
  var pruningCount: Int?
  /// What was captured last, as the checkpoint that was made of it or was there already.
  private var last: Snapshot?
  /// The checkpoint that was told of last.
  private var told: SnapshotID?

  package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

  /// Takes the state of the same project; the caller holds the project's lock for as long as it uses this.
  ///
  /// The engine is opened by the first call that needs it. Its blocking work is done on `executor`. Checkpoints that are
  /// not to be kept are gone with this, and nothing waits for the disk. A run gives what records it and its workspace,
  /// on the same executor, and a replay what keeps its order.
  package init(
    project: String,
    store: any StateStore,
    settings: CheckpointSettings,
    executor: QueueExecutor,
    isKept: Bool = true,
    sink bus: EventBus = EventBus(),
    recorder: RunRecorder? = nil,
    workspace: Workspace? = nil,
    order: (any StepOrdering)? = nil
  ) {
    self.workspace = workspace
    self.project = project
    self.store = store
    self.settings = settings
    self.executor = executor
    self.isKept = isKept
    journal = Journal(store: store, sink: bus, recorder: recorder, order: order)
  }

  /// The engine, with what the state says of files that belong to checkpoints and of those that do not.
  func snapshots(pending: RestorePlan? = nil) async throws -> SnapshotStore {
    let state = await store.state
    // What a task is to write may be there already, ignored by rules, and is the user's until then.
    let extra = Set(state.tasks.flatMap { $0.origins.map(\.path) + $0.targets })
    if opened == nil {
      opened = try SnapshotStore(
        root: project,
        folder: "\(project)/.autonomy/checkpoints",
        extra: extra,
        limits: SnapshotLimits(file: settings.largestFile << 20),
        pending: pending,
        isKept: isKept
      )
      opened?.named = settings.include
      opened?.known = try await store.checkpointsMade().keys.max()
    }
    guard let opened else { preconditionFailure("It was opened just now.") }
    opened.extra = extra
    opened.hidden = state.byProducts
    return opened
  }

  /// The state as a checkpoint keeps it.
  func documents() async throws -> [StateDocument] { try Self.documents(of: await store.state) }

  private static func documents(of state: PipelineState) throws -> [StateDocument] {
    [StateDocument(name: "projection.json", bytes: try JSONValue(encoding: state.projection).utf8())]
  }

  func label(
    _ message: String,
    _ snapshots: SnapshotStore,
    step: Int? = nil,
    phase: PhaseName? = nil,
    task: TaskID? = nil
  ) async -> SnapshotLabel {
    let run = await store.state.run
    var trailers: [SnapshotLabel.Trailer] = []
    func add(_ key: String, _ value: (some CustomStringConvertible)?) {
      if let value { trailers.append(.init(key, value.description)) }
    }
    add("Run", run?.id)
    add("Step", step)
    add("Phase", phase?.rawValue)
    add("Task", task)
    add("Calls", run?.spent.calls)
    add("Tokens", run?.spent.tokens)
    add(GitHead.trailer, snapshots.head)
    return SnapshotLabel(message, trailers: trailers)
  }

  func commit(_ changes: [StateChange], _ events: [Event]) async throws {
    try await journal.commit(changes, events)
  }
}

extension CheckpointStore: Checkpointing {
  @discardableResult
  package func capture(_ moment: CheckpointMoment) async throws -> SnapshotID {
    try await stopping { try await take(moment).id }
  }

  /// Captures what is there now.
  func take(_ moment: CheckpointMoment) async throws -> Snapshot {
    try await journal.look()
    let snapshots = try await snapshots()
    let label: SnapshotLabel
    var kind = SnapshotKind.automatic
    var (step, task): (Int?, TaskID?)
    switch moment.reason {
    case .step(let number, let action):
      guard case .phase(let phase, let id) = action else { preconditionFailure("Only phases are steps.") }
      (step, task) = (number, id)
      label = await self.label("before step \(number): \(action)", snapshots, step: number, phase: phase, task: id)
    case .run(let run):
      label = await self.label(CheckpointMoment.startLabel(of: run), snapshots)
    case .merge(let id):
      task = id
      label = await self.label("before task \(id) is merged", snapshots, task: id)
    case .done(let id):
      task = id
      label = await self.label("task \(id) is done", snapshots, task: id)
    case .user(let name):
      kind = .manual
      label = await self.label(name, snapshots)
    }
    let before = try isWatched(moment) ? nil : snapshots.latest()
    let state = await store.state
    await journal.order?.beforeCapture()
    // What is merged or brought up to date is files alone.
    let filesAlone = if case .merge = moment.reason { true } else { false }
    let snapshot = try snapshots.snapshot(
      label,
      state: Self.documents(of: state),
      kind: kind,
      filesAlone: filesAlone
    )
    try await record(snapshot, snapshots)
    // Where nothing changed, it is the checkpoint that is there already.
    last = snapshot
    guard snapshot.label == label, snapshot.id != told else { return snapshot }
    told = snapshot.id
    let skipped = try snapshot.figures.skipped > 0 ? snapshots.skipped(in: snapshot).map(\.path) : []
    var byUser: [ProjectPath]?
    if let before { byUser = try await changedByUser(since: before, in: snapshot, snapshots) }
    let event = CheckpointCreatedEvent(
      checkpoint: snapshot.id,
      step: step,
      task: task,
      message: snapshot.label.message,
      files: snapshot.figures.files,
      changes: snapshot.figures.changes,
      stored: snapshot.figures.stored,
      skipped: skipped.isEmpty ? nil : Array(skipped.prefix(10)),
      byUser: byUser
    )
    try await commit([], [.checkpointCreated(event)])
    if let pruningCount, snapshots.count >= pruningCount { await tidy() }
    return snapshot
  }

  /// Has on record what somebody changed after the run had looked last, and a checkpoint has caught.
  private func record(_ snapshot: Snapshot, _ snapshots: SnapshotStore) async throws {
    guard let workspace, let last else { return }
    let changes = try snapshots.changes(from: last, to: snapshot)
    let others = await workspace.takeTold().subtracting(changes.map(\.path))
    let files = try others.isEmpty ? [:] : snapshots.files(in: snapshot)
    let held = Dictionary(uniqueKeysWithValues: others.map { ($0, files[$0]) })
    let news = await workspace.news(in: changes, and: held)
    if !news.isEmpty { journal.recorder?.captured(news) { try? snapshots.content(of: $1) } }
  }

  /// Whether a run was at work until a moment, so that it has noticed what the user changed.
  private func isWatched(_ moment: CheckpointMoment) -> Bool {
    switch moment.reason {
    case .run, .user: false
    case .step, .merge, .done: true
    }
  }

  package func takeBack(_ task: TaskRecord) async throws {
    guard let first = task.firstCheckpoint else { return }
    let reason = task.status == .failed ? "failed task" : "dropped task"
    try await stopping { _ = try await bringBack(task, to: first, reason: reason) }
  }

  package func restore(_ task: TaskRecord, to checkpoint: SnapshotID) async throws -> [ProjectPath: ObjectID?] {
    try await stopping { try await bringBack(task, to: checkpoint, reason: "decision") }
  }

  /// Turns what keeps checkpoints from being used into the stop of a step.
  private func stopping<T>(_ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch let error as SnapshotError {
      throw Self.stop(for: error)
    } catch let error as UnreadableProject {
      throw StepStop.environment("\(error)")
    } catch let error as LibGit2Error {
      throw StepStop.environment("\(error)")
    } catch let error as RollbackFailed {
      throw StepStop.environment(error.description)
    }
  }

  static func stop(for error: SnapshotError) -> StepStop {
    switch error {
    case .locked: .conflict("\(error)")
    case .unsuitable, .tooMuch: .configuration("\(error)")
    default: .environment("\(error)")
    }
  }
}
