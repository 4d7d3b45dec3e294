import JSON
import Pipeline
import SourceControl
import Synchronization
import TestSupport

/// A project with a run in its database, made by the program's own writer at times that never change.
struct SampleRun {
  let folder: TemporaryDirectory
  let store: StateManager
  private let state: StateFolder

  var path: String { folder.path }
  var stateFolder: String { state.path }

  /// A folder with an empty database.
  init() throws {
    folder = try TemporaryDirectory()
    state = StateFolder(ofProject: folder.path)
    try state.make()
    let ticks = Mutex(0)
    store = try StateManager(path: state.database) {
      let tick = ticks.withLock { ticks in
        ticks += 1
        return ticks
      }
      // 2026-03-01T09:30:00Z and a quarter of a second for each commit.
      return Timestamp(milliseconds: 1_772_357_400_000 + tick * 250)
    }
  }

  /// Begins a run with three tasks, the last of which depends on the second.
  func begin() async throws {
    var run = RunRecord(id: RunID(number: 1), mode: "traditional", limits: RunLimits(calls: 2000, seconds: 28_800))
    run.spent = Spending()
    try await commit([.runStarted(run)]) { _ in
      [
        .runStarted(
          RunStartedEvent(
            mode: "traditional",
            modeOrigin: "default",
            limits: run.limits,
            models: ["coding": "coder:7b@default", "planning": "thinker:14b@default"],
            sandbox: "bubblewrap",
            project: "/home/me/stencil"
          )
        )
      ]
    }
    try await commit([.checksRan(["test.sh": .failed]), .checksApproved(["test.sh": .failed])]) { _ in
      [
        .checkFinished(
          CheckFinishedEvent(
            check: "test.sh",
            status: .failed,
            exitCode: 1,
            tests: 4,
            seconds: 0.5,
            counts: true,
            output: "1 passed, 3 failed\n"
          )
        )
      ]
    }
    let version = try ObjectID(blob: Array("# Stencil".utf8))
    let tasks = try [
      task(1, "Write the lexer.", "lexer.c"), task(2, "Write the parser.", "parser.c", after: [1]),
      task(3, "Write the printer.", "printer.c", after: [2]),
    ]
    let added = tasks.map { StateChange.taskAdded($0, attempts: 6) }
    try await commit([.planAdopted(PlanRecord(version: version))] + added) { _ in
      [
        .planChanged(
          PlanChangedEvent(
            version: version,
            tasks: tasks.map {
              PlanTaskEvent(
                task: $0.id,
                description: $0.description,
                targets: $0.targets,
                dependsOn: $0.dependsOn,
                priority: 50,
                status: .pending
              )
            }
          )
        )
      ]
    }
  }

  /// Takes a step on the first task, with its conversation.
  func takeStep(_ number: Int = 1, finishes: Bool = true) async throws {
    let tree = try ObjectID(blob: [])
    let decision = Decision(
      action: .phase(.coding, TaskID(number: 1)),
      reason: "Nothing waits for a review.",
      maker: "rules"
    )
    let open = OpenStep(number: number, decision: decision, progress: "p", baseTree: tree)
    try await commit([.stepOpened(open), .spent(Spending(steps: 1))]) { _ in
      [
        .decision(
          DecisionEvent(
            step: number,
            action: decision.action,
            maker: "rules",
            reason: decision.reason,
            legal: [decision.action, .phase(.coding, TaskID(number: 2))],
            progress: "p",
            repeats: 0
          )
        )
      ]
    }
    let call = ToolCall(id: "c1", name: "write_file", arguments: ["path": "lexer.c", "content": "int a;\nint b;\n"])
    let entries = [
      TranscriptEntry(.system("You write code.")),
      TranscriptEntry(.user("[phase=coding task=t1 role=coding attempt=1]\n\nWrite the lexer.")),
      TranscriptEntry(.assistant("I write it.", toolCalls: [call])),
      TranscriptEntry(.result("Created 'lexer.c' (2 lines).", of: call)),
    ]
    try await commit([
      .transcriptAppended(step: number, entries), .spent(Spending(calls: 1, promptTokens: 1200, outputTokens: 80)),
    ]) { _ in
      [
        .phaseStarted(
          PhaseStartedEvent(
            step: number,
            phase: .coding,
            task: TaskID(number: 1),
            role: "coding",
            model: "coder:7b",
            attempt: 1
          )
        ),
        .modelRequest(
          ModelRequestEvent(
            step: number,
            model: "coder:7b",
            server: "default",
            messages: 2,
            estimatedTokens: 1190,
            numCtx: 16_384,
            numPredict: 8192,
            tools: ["read_file", "write_file"]
          )
        ),
        .modelResponse(
          ModelResponseEvent(
            step: number,
            model: "coder:7b",
            server: "default",
            finish: "stop",
            promptTokens: 1200,
            outputTokens: 80,
            tools: ["write_file"],
            seconds: 4
          )
        ),
        .toolCall(ToolCallEvent(step: number, tool: "write_file", path: ProjectPath("lexer.c"))),
        .toolResult(ToolResultEvent(step: number, tool: "write_file", ok: true, text: "Created 'lexer.c' (2 lines).")),
      ]
    }
    guard finishes else { return }
    try await edit(step: number) { edit in
      try edit.add(.attemptDrawn(TaskID(number: 1)))
      try edit.move(TaskID(number: 1), .coded) { $0.summary = "The lexer is there." }
      try edit.add(.stepClosed(number))
      edit.add(
        .phaseFinished(
          PhaseFinishedEvent(
            step: number,
            phase: .coding,
            task: TaskID(number: 1),
            result: "coded",
            reason: "The lexer is there.",
            calls: 1,
            promptTokens: 1200,
            outputTokens: 80,
            seconds: 4.5
          )
        )
      )
    }
  }

  /// Asks the user about a task.
  func ask(_ text: String = "Which dialect?", task number: Int = 2) async throws {
    try await edit { edit in
      let id = QuestionID(number: edit.state.questionsMade + 1)
      try edit.add(.questionAsked(Question(id: id, task: TaskID(number: number), text: text)))
      edit.add(.question(QuestionEvent(id: id, task: TaskID(number: number), text: text)))
      try edit.move(TaskID(number: number), .asked, reason: text)
    }
  }

  /// Gives a task up, and with it what depends on it.
  func fail(_ number: Int) async throws {
    try await edit {
      try $0.move(TaskID(number: number), .abandoned, reason: "It was done 3 times and changed nothing.")
    }
  }

  /// Ends the run.
  func end(_ outcome: RunOutcome, _ message: String) async throws {
    try await commit([.spent(Spending(seconds: 12.25)), .runEnded(outcome, message: message, tree: nil)]) { state in
      [.result(Coordinator.result(outcome, message: message, next: nil, state))]
    }
  }

  func edit(step: Int? = nil, _ body: (inout StateEdit) throws -> Void) async throws {
    var edit = StateEdit(store.state, step: step)
    try body(&edit)
    _ = try await store.commit(edit.changes, edit.events)
  }

  func commit(_ changes: [StateChange], _ events: (PipelineState) throws -> [Event]) async throws {
    _ = try await store.commit(changes, events(store.state))
  }

  private func task(_ number: Int, _ text: String, _ target: String, after others: [Int] = []) throws -> TaskRecord {
    TaskRecord(
      id: TaskID(number: number),
      description: text,
      targets: [try ProjectPath(target)],
      dependsOn: others.map { TaskID(number: $0) },
      order: number
    )
  }
}
