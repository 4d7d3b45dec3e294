import JSON
import Persistence
import Pipeline
import Unified

/// Runs of 24 tasks with four at once, against what the models' time alone would take.
struct JobsBenchmark {
  private static let call = Duration.milliseconds(200)
  private static let jobs = 4

  func measurements() async throws -> [Measurement] {
    var measurements: [Measurement] = []
    for (name, plan) in [("a chain of 8 and 16 single tasks", JobsPlan.deep), ("4 chains of 3 and 12 single", .wide)] {
      let seconds = try await JobsRun(plan: plan, jobs: Self.jobs, call: Self.call).run()
      let bound = plan.bound(jobs: Self.jobs, call: Self.call / .seconds(1))
      measurements.append(
        Measurement(
          name: "jobs, 24 tasks: \(name)",
          value: seconds,
          unit: "s",
          yardstick: ("planning, max(critical path, work / 4), documentation", bound),
          target: "at most 1.1 times"
        )
      )
    }
    let alone = try await JobsRun(plan: .wide, jobs: 1, call: .zero).run()
    let several = try await JobsRun(plan: .wide, jobs: Self.jobs, call: .zero).run()
    measurements.append(
      Measurement(
        name: "jobs, the program's own time for a task in a worktree",
        value: several * 1000 / 24,
        unit: "ms",
        yardstick: ("in the project", alone * 1000 / 24),
        target: "at most 20 ms"
      )
    )
    return measurements
  }
}

/// The dependencies of 24 tasks, by position from 1.
struct JobsPlan {
  let dependsOn: [[Int]]

  /// The longest chain is more than a quarter of the work.
  static let deep = JobsPlan(dependsOn: (1...24).map { $0 > 1 && $0 <= 8 ? [$0 - 1] : [] })
  static let wide = JobsPlan(dependsOn: (1...24).map { $0 > 4 && $0 <= 12 ? [$0 - 4] : [] })

  /// No run can be faster than the longest chain of calls, or than all calls shared out evenly; beside planning and
  /// documentation nothing can be done.
  func bound(jobs: Int, call: Double) -> Double {
    var depth: [Int] = []
    for before in dependsOn { depth.append((before.map { depth[$0 - 1] }.max() ?? 0) + 1) }
    // Each task is coded and reviewed; one call plans all, and one documents it.
    let path = 2 * (depth.max() ?? 0)
    let work = 2 * dependsOn.count
    return call * (2 + max(Double(path), Double(work) / Double(jobs)))
  }
}

/// One run of such a plan with a model that takes its time.
private struct JobsRun {
  let plan: JobsPlan
  let jobs: Int
  let call: Duration

  /// Carries it out, and answers how long it took in seconds.
  func run() async throws -> Double {
    let project = try ScratchProject()
    var configuration = Configuration()
    configuration.checks.commands = [CheckDefinition(name: "test", arguments: ["sh", "-c", "echo '1 passed'"])]
    let executor = QueueExecutor(label: "autonomy.run")
    let workspace = try Workspace(root: project.path, executor: executor)
    let folder = StateFolder(ofProject: workspace.root)
    try folder.make()
    let store = try StateManager(path: folder.database, executor: executor)
    let journal = Journal(store: store, sink: EventBus([]))
    let model = PhaseModel(
      role: "coding",
      name: ModelName("patient:1b"),
      server: "none",
      numContext: 32_768,
      numPredict: 4096
    )
    var settings = RunSettings()
    settings.jobs = jobs > 1 ? jobs : nil
    let record = try await RunStart(journal: journal, settings: settings).begin()
    let checkpoints = CheckpointStore(
      project: workspace.root,
      store: store,
      settings: configuration.checkpoint,
      executor: executor
    )
    var parts = RunParts(
      executor: executor,
      workspace: workspace,
      scanner: ProjectScanner(workspace: workspace),
      journal: journal,
      client: PatientModel(plan: plan, call: call),
      models: Dictionary(uniqueKeysWithValues: PhaseName.allCases.map { ($0, model) }),
      sandbox: .off,
      checkpoints: checkpoints
    )
    parts.worktrees = checkpoints
    let assembly = RunAssembly(configuration: configuration, environment: ["PATH": "/usr/bin:/bin"])
    let start = ContinuousClock.now
    let result = await assembly.run(parts, record: record, settings: settings)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard result.outcome == .complete, result.steps == 50 else {
      throw ChildProcess.Failure(description: "The run with \(jobs) jobs went wrong. \(result.message)")
    }
    return seconds
  }
}

/// A model that does everything right, and takes the same time for each answer.
private struct PatientModel: ModelClient {
  let plan: JobsPlan
  let call: Duration

  func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    do {
      if call > .zero { try await Task.sleep(for: call) }
    } catch {
      throw .cancelled
    }
    let names = Set(request.tools.map { $0.name })
    let line = request.messages.last { $0.role == .user }?.content ?? ""
    let number = line.firstRange(of: "task=t").map { line[$0.upperBound...].prefix { $0.isNumber } } ?? ""
    let path = JSONValue.string("f\(number).txt")
    let calls: [(String, JSONObject)] =
      if names.contains("plan_tasks") {
        [("plan_tasks", ["tasks": .array(tasks)])]
      } else if names.contains("approve") {
        [("approve", ["path": path])]
      } else if number.isEmpty {
        [("finish", ["summary": "Nothing to add."])]
      } else {
        [("write_file", ["path": path, "content": "ok\n"]), ("finish", ["summary": "Written."])]
      }
    return ModelReply(
      content: "",
      toolCalls: calls.enumerated().map { ToolCall(id: "call_\($0)", name: $1.0, arguments: $1.1) },
      usage: ModelUsage(outputTokens: 40),
      server: "none",
      model: request.model
    )
  }

  private var tasks: [JSONValue] {
    plan.dependsOn.enumerated().map { index, before in
      [
        "description": .string("Write f\(index + 1).txt."), "target_files": [.string("f\(index + 1).txt")],
        "depends_on": .array(before.map { .integer($0) }),
      ]
    }
  }
}
