import Pipeline
import SourceControl
import Synchronization
import TestSupport
import Testing

/// A project whose phases answer by the task and how often it was worked on, whatever comes between.
final class SteadyWorld: Sendable {
  private static let attempts = 3

  let store = InMemoryStateStore()
  private let project = InMemoryProject(["MASTER_PLAN.md": "Build it."])
  private let plan: [PlannedTask]
  /// Whether the n-th piece of work on a task succeeds, and whether the n-th review approves.
  private let works: [[Bool]]
  private let approvals: [[Bool]]
  private let counts = Mutex((works: [TaskID: Int](), reviews: [TaskID: Int](), writes: 0))

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...5, using: &random)
    plan = (1...count).map { number in
      PlannedTask(
        description: "task \(number)",
        targets: [ProjectPath(stringLiteral: "file\(number)")],
        dependsOn: number > 1 && Bool.random(using: &random) ? [Int.random(in: 1..<number, using: &random)] : [],
        priority: [1, 50, 100][Int.random(in: 0..<3, using: &random)]
      )
    }
    func series() -> [[Bool]] {
      (0..<count).map { _ in (0..<20).map { _ in Int.random(in: 0..<5, using: &random) > 1 } }
    }
    works = series()
    approvals = series()
  }

  /// Runs to an outcome, with a user who answers every question.
  func run(by maker: any DecisionMaker, sinks: [any EventSink]) async throws {
    for _ in 0..<20 {
      let result = try await start(by: maker, sinks: sinks)
      let open = await store.state.questions.filter { $0.answer == nil }
      guard result.outcome == .needsUser, !open.isEmpty else { return }
      for question in open { await store.answer(question.id, "As you like.") }
    }
    Issue.record("The run asks for ever.")
  }

  private func start(by maker: any DecisionMaker, sinks: [any EventSink]) async throws -> ResultEvent {
    let journal = Journal(store: store, sink: EventBus(sinks))
    let settings = RunSettings(wantsDocumentation: false, taskAttempts: Self.attempts)
    let record = try await RunStart(journal: journal, settings: settings).begin()
    let coordinator = Coordinator(
      journal: journal,
      maker: maker,
      phases: Dictionary(uniqueKeysWithValues: PhaseName.allCases.map { ($0, phase($0) as any Phase) }),
      models: [:],
      checks: CheckService(
        runner: StubChecks(["a"]) { _ in .passed },
        project: project,
        copies: NoCopies(),
        journal: journal
      ),
      project: project,
      ledger: BudgetLedger(limits: record.limits, spent: record.spent, clock: ContinuousClock()),
      settings: settings
    )
    return await coordinator.run()
  }

  private func phase(_ name: PhaseName) -> StubPhase {
    StubPhase { [self] context in
      switch name {
      case .planning: return .planned(plan)
      case .documentation: return .documented("done")
      case .coding, .debugging:
        let task = try #require(context.task)
        return work(on: task) ? .worked(summary: "done") : .fruitless("nothing")
      case .qa:
        let task = try #require(context.task)
        guard approves(task.id) else { return .rejected([], report: "wrong") }
        let content = try ReviewVerdict.contentID(of: task.reviewedPaths, in: context.files.files)
        return .approved(Approval(content: content, isVerified: true, isSelfJudged: false), checks: ["a": .passed])
      }
    }
  }

  /// Writes something new, so that no two steps meet the same progress.
  private func work(on task: TaskRecord) -> Bool {
    let (number, write) = counts.withLock { counts in
      counts.works[task.id, default: 0] += 1
      counts.writes += 1
      return (counts.works[task.id] ?? 1, counts.writes)
    }
    project.write("\(write)", to: task.targets[0])
    return works[task.id.number - 1][number - 1]
  }

  private func approves(_ task: TaskID) -> Bool {
    let number = counts.withLock { counts in
      counts.reviews[task, default: 0] += 1
      return counts.reviews[task] ?? 1
    }
    return approvals[task.number - 1][number - 1]
  }
}
