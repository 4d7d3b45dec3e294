import JSON
import Orchestration
import Pipeline
import TestSupport
import Testing

/// Whatever an arbiter and its specialists answer, the guarantees are the rules' own.
@Suite struct RandomArbiterTests {
  /// Any phases, models and checks besides: the run halts within the same bound and takes no illegal transition.
  @Test(arguments: TestEnvironment.some(0..<20, by: 3))
  func aRunHaltsWithinItsBound(block: Int) async throws {
    for seed in (block * 100)..<(block * 100 + 100) {
      let world = RandomWorld(seed: UInt64(seed))
      let council = RandomCouncil(seed: UInt64(seed))
      let result = await world.run(
        by: council.arbiter,
        sinks: council.sinks,
        checkpoints: NumberedCheckpoints(),
        isOrchestrated: true
      )
      let violations = await world.violations(of: result)
      #expect(violations.isEmpty, "seed \(seed)")
      let steps = await world.store.state.stepsTaken
      // As many consultations as are allowed and one more, two useless answers and one that decides.
      #expect(council.decider.statistics.calls <= (steps + 1) * 7, "seed \(seed)")
      #expect(council.adviceIsAccountedFor, "seed \(seed)")
    }
  }

  /// Phases whose answers depend on the task and the attempt alone: what the rules complete is completed.
  @Test(arguments: TestEnvironment.some(0..<10, by: 3))
  func aRunCompletesWhatTheRulesComplete(block: Int) async throws {
    for seed in (block * 100)..<(block * 100 + 100) {
      let byRules = SteadyWorld(seed: UInt64(seed))
      try await byRules.run(by: RuleDecisionMaker(), sinks: [])
      let world = SteadyWorld(seed: UInt64(seed))
      let council = RandomCouncil(seed: UInt64(seed))
      try await world.run(by: council.arbiter, sinks: council.sinks)
      let expected = await byRules.store.state.tasks.map(\.status)
      let found = await world.store.state.tasks.map(\.status)
      #expect(found == expected, "seed \(seed)")
    }
  }
}

/// An arbiter and specialists that answer anything at all.
private struct RandomCouncil {
  let arbiter: Arbiter
  let decider: ScriptedModelTool
  let sinks: [any EventSink]
  private let log: InMemoryDecisionLog

  init(seed: UInt64) {
    let mind = RandomMind(seed: seed)
    func tool(_ role: String) -> ScriptedModelTool {
      ScriptedModelTool(role, keepsPrompts: false) { _, _, tools throws(ModelError) in
        try mind.answer("m", tools: tools)
      }
    }
    let desk = ReadingDesk(tools: [ToolDefinition(name: "read_file", description: "", parameters: [:])]) { _, _ in
      "text"
    }
    let failures = RecentFailures()
    decider = tool("arbiter")
    log = InMemoryDecisionLog()
    sinks = [failures, log]
    arbiter = Arbiter(
      tool: decider,
      specialists: SpecialistRegistry(
        SpecialistRole.allCases.map { ModelSpecialist(role: $0, tool: tool($0.rawValue), desk: desk) }
      ),
      log: log,
      failures: failures
    )
  }

  /// Whether every decision says of each piece of advice what became of it, and guidance went only to a phase.
  var adviceIsAccountedFor: Bool {
    log.events.allSatisfy { event in
      guard case .decision(let decision) = event else { return true }
      let isUsed = decision.advice?.contains { $0.verdict == .used } ?? false
      return (decision.guidance == nil || decision.action.phase != nil) && (!isUsed || decision.guidance != nil)
    }
  }
}
