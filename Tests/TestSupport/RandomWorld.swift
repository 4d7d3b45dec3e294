package import Pipeline
import SourceControl
import Synchronization
import Testing

/// A project, its models and its checks, all moved by one seed.
package final class RandomWorld: Sendable {
  package let store = InMemoryStateStore()
  package let attempts: Int
  private let random: Mutex<SeededGenerator>
  private let project: InMemoryProject
  /// Some worlds never change a file, some always do.
  private let changeChance: Int
  private let seed: UInt64

  package init(seed: UInt64, attempts: Int = 3) {
    self.seed = seed
    self.attempts = attempts
    random = Mutex(SeededGenerator(seed: seed))
    changeChance = [0, 30, 70, 100][Int(seed % 4)]
    project = InMemoryProject(["MASTER_PLAN.md": "Build it."])
  }

  /// Runs to an outcome; with `checkpoints` files can be brought back, by decision where it is orchestrated.
  package func run(
    by maker: any DecisionMaker,
    sinks: [any EventSink] = [],
    checkpoints: (any Checkpointing)? = nil,
    isOrchestrated: Bool = false
  ) async -> ResultEvent {
    let journal = Journal(store: store, sink: EventBus(sinks))
    var settings = RunSettings(
      limits: RunLimits(steps: seed % 7 == 0 ? 9 : nil),
      wantsDocumentation: seed % 3 != 0,
      taskAttempts: attempts
    )
    if isOrchestrated { settings.orchestrated = Set(PhaseName.allCases) }
    do {
      let record = try await RunStart(journal: journal, settings: settings).begin()
      let checks = CheckService(
        runner: StubChecks(["a", "b"]) { [self] _ in pick([.passed, .passed, .failed, .absent]) },
        project: project,
        copies: NoCopies(),
        journal: journal
      )
      let phases = Dictionary(uniqueKeysWithValues: PhaseName.allCases.map { ($0, phase($0) as any Phase) })
      let coordinator = Coordinator(
        journal: journal,
        maker: maker,
        phases: phases,
        models: [:],
        checks: checks,
        project: project,
        ledger: BudgetLedger(limits: record.limits, spent: record.spent, clock: ContinuousClock()),
        settings: settings,
        checkpoints: checkpoints
      )
      return await coordinator.run()
    } catch {
      return Coordinator.result(.internalError, message: "\(error)", next: nil, await store.state)
    }
  }

  /// What a run came to that breaks the rules, in words; empty where nothing does.
  package func violations(of result: ResultEvent) async -> [String] {
    let state = await store.state
    let events = await store.events
    var violations: [String] = []
    if result.outcome == .internalError { violations.append(result.message) }
    let steps = events.count { if case .decision = $0.event { true } else { false } }
    let bound = bound(of: state)
    if steps > bound { violations.append("\(steps) steps for \(state.tasks.count) tasks, more than \(bound)") }
    // A review without a verdict may draw one when none is left: that is what ends the task.
    for (task, counters) in state.counters where counters.attemptsDrawn > attempts + 1 {
      violations.append("\(task) drew \(counters.attemptsDrawn) attempts")
    }
    for (task, counters) in state.counters where counters.restores > LegalActions.restoresPerTask {
      violations.append("\(task) was restored \(counters.restores) times")
    }
    if !Self.attemptsNeverRise(events) { violations.append("attempts rose") }
    if case .result(let last)? = events.last?.event, last == result { return violations }
    return violations + ["no result last"]
  }

  /// Two steps an attempt, questions, gates, planning and documentation: what the design allows at most.
  private func bound(of state: PipelineState) -> Int {
    let perTask = 2 * attempts + 2 + 2 * WorkPhase.mostQuestions
    // The decision maker may ask once for each task besides; a restore draws one of the attempts counted here.
    let asked = state.counters.values.count { $0.wasAskedAbout }
    // Documentation may follow each time that a task is done anew.
    let documentation = state.tasks.count * (attempts + 1) + 1
    return LegalActions.planningTries + state.tasks.count * (perTask + 2 * attempts) + documentation + asked
  }

  private static func attemptsNeverRise(_ events: [StoredEvent]) -> Bool {
    var left: [TaskID: Int] = [:]
    for case .taskChanged(let change) in events.map(\.event) {
      if let before = left[change.task], change.attemptsLeft > before { return false }
      left[change.task] = change.attemptsLeft
    }
    return true
  }

  package func pick<T: Sendable>(_ choices: [T]) -> T { choices[number(below: choices.count)] }

  private func number(below limit: Int) -> Int {
    random.withLock { generator in Int(generator.next() % UInt64(limit)) }
  }

  private func phase(_ name: PhaseName) -> StubPhase {
    StubPhase { [self] context in
      maybeChange()
      switch name {
      case .planning: return plan()
      case .documentation: return pick([.documented("done"), .documentationFailed("no")])
      case .coding, .debugging:
        return pick([
          .worked(summary: "done"), .worked(summary: "done"), .fruitless("nothing"), .overContext("too long"),
          context.state.counters[context.task?.id ?? TaskID(number: 1)]?.questionsAsked ?? 9 < WorkPhase.mostQuestions
            ? .asked("why?") : .fruitless("nothing"),
        ])
      case .qa:
        let task = try #require(context.task)
        let content = try ReviewVerdict.contentID(of: task.reviewedPaths, in: context.files.files)
        let approval = Approval(content: content, isVerified: true, isSelfJudged: false)
        return pick([
          .approved(approval, checks: ["a": .passed]), .rejected([], report: "wrong"), .noVerdict("none"),
          .overContext("too long"),
        ])
      }
    }
  }

  private func plan() -> PhaseResult {
    let count = pick([0, 1, 3, 6])
    guard count > 0 else { return pick([.planningFailed("no plan"), .overContext("too long")]) }
    let tasks = (1...count).map { number in
      PlannedTask(
        description: "task \(number)",
        targets: [ProjectPath(stringLiteral: "file\(pick([1, 2, 3]))")],
        dependsOn: (1..<number).filter { _ in pick([true, false]) },
        priority: pick([1, 50, 100])
      )
    }
    return .planned(tasks)
  }

  private func maybeChange() {
    guard number(below: 100) < changeChance else { return }
    project.write("\(number(below: 1_000_000))", to: "file1")
  }
}
