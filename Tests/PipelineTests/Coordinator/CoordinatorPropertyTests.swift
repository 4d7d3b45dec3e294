import Pipeline
import SourceControl
import Synchronization
import TestSupport
import Testing

/// Whatever deciders, models and checks do, a run ends within its bound and by the rules.
@Suite struct CoordinatorPropertyTests {
  static let attempts = 3

  @Test(arguments: 0..<20)
  func alwaysHaltsWithinItsBoundAndTakesNoIllegalTransition(block: Int) async throws {
    for seed in (block * 100)..<(block * 100 + 100) {
      let world = RandomWorld(seed: UInt64(seed))
      let result = await world.run()
      let state = await world.store.state
      #expect(result.outcome != .internalError, "seed \(seed): \(result.message)")
      let steps = await world.store.events.count { if case .decision = $0.event { true } else { false } }
      #expect(steps <= world.bound(of: state), "seed \(seed): \(steps) steps for \(state.tasks.count) tasks")
      // A review without a verdict may draw one when none is left: that is what ends the task.
      #expect(state.counters.values.allSatisfy { $0.attemptsDrawn <= Self.attempts + 1 }, "seed \(seed)")
      let events = await world.store.events
      #expect(Self.attemptsNeverRise(events), "seed \(seed)")
      if case .result(let last)? = events.last?.event {
        #expect(last == result)
      } else {
        Issue.record("no result last")
      }
    }
  }

  private static func attemptsNeverRise(_ events: [StoredEvent]) -> Bool {
    var left: [TaskID: Int] = [:]
    for case .taskChanged(let change) in events.map(\.event) {
      if let before = left[change.task], change.attemptsLeft > before { return false }
      left[change.task] = change.attemptsLeft
    }
    return true
  }
}

/// A project, its models and its checks, all moved by one seed.
private final class RandomWorld: Sendable {
  let store = InMemoryStateStore()
  private let random: Mutex<SeededGenerator>
  private let project: InMemoryProject
  /// Some worlds never change a file, some always do.
  private let changeChance: Int
  private let seed: UInt64

  init(seed: UInt64) {
    self.seed = seed
    random = Mutex(SeededGenerator(seed: seed))
    changeChance = [0, 30, 70, 100][Int(seed % 4)]
    project = InMemoryProject(["MASTER_PLAN.md": "Build it."])
  }

  func run() async -> ResultEvent {
    let journal = Journal(store: store, sink: EventBus([]))
    let settings = RunSettings(
      limits: RunLimits(steps: seed % 7 == 0 ? 9 : nil),
      wantsDocumentation: seed % 3 != 0,
      taskAttempts: CoordinatorPropertyTests.attempts
    )
    do {
      let record = try await RunStart(journal: journal, settings: settings).begin()
      let checks = CheckService(
        runner: StubChecks(["a", "b"]) { [self] _ in pick([.passed, .passed, .failed, .absent]) },
        project: project,
        journal: journal
      )
      let phases = Dictionary(uniqueKeysWithValues: PhaseName.allCases.map { ($0, phase($0) as any Phase) })
      let coordinator = Coordinator(
        journal: journal,
        maker: RandomDecisionMaker { [self] in pick($0) },
        phases: phases,
        models: [:],
        checks: checks,
        project: project,
        ledger: BudgetLedger(limits: record.limits, spent: record.spent, clock: ContinuousClock()),
        settings: settings
      )
      return await coordinator.run()
    } catch {
      return Coordinator.result(.internalError, message: "\(error)", next: nil, await store.state)
    }
  }

  /// Two steps an attempt, questions, gates, planning and documentation: what the design allows at most.
  func bound(of state: PipelineState) -> Int {
    let perTask = 2 * CoordinatorPropertyTests.attempts + 2 + 2 * WorkPhase.mostQuestions
    // Documentation may follow each time that a task is done anew.
    let documentation = state.tasks.count * (CoordinatorPropertyTests.attempts + 1) + 1
    return LegalActions.planningTries + state.tasks.count * (perTask + 2 * CoordinatorPropertyTests.attempts)
      + documentation
  }

  func pick<T: Sendable>(_ choices: [T]) -> T { choices[number(below: choices.count)] }

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
        dependsOn: number > 1 && pick([true, false]) ? [pick(Array(1..<number))] : [],
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

/// Chooses at random, and now and then what is not legal.
private struct RandomDecisionMaker: DecisionMaker {
  let pick: @Sendable ([Action]) -> Action

  func decide(_ situation: Situation) -> Decision {
    let illegal: [Action] = [.phase(.coding, TaskID(number: 99)), .finish, .phase(.planning, nil)]
    return Decision(action: pick(situation.legal + situation.legal + illegal), reason: "chance", maker: "random")
  }
}
