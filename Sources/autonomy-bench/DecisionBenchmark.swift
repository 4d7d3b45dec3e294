import JSON
import Orchestration
import Pipeline
import SourceControl

/// What a decision costs without the models' own time.
struct DecisionBenchmark {
  private static let taskCount = 1000

  func measurements() async throws -> [Measurement] {
    let situation = try Self.situation()
    let rules = Self.median { _ = RuleDecisionMaker().decide(situation) }
    let arbiter = Arbiter(
      tool: InstantArbiter(),
      specialists: SpecialistRegistry([]),
      log: EmptyLog()
    )
    var times: [Double] = []
    for _ in 0..<200 {
      let start = ContinuousClock.now
      _ = try await arbiter.decide(situation)
      times.append((ContinuousClock.now - start).milliseconds)
    }
    return [
      Measurement(
        name: "arbiter's decision at \(Self.taskCount) tasks",
        value: times.median,
        unit: "ms",
        yardstick: ("the rules' decision", rules),
        target: "at most 1 ms"
      )
    ]
  }

  private static func median(_ body: () -> Void) -> Double {
    (0..<200).map { _ in
      let start = ContinuousClock.now
      body()
      return (ContinuousClock.now - start).milliseconds
    }.median
  }

  /// A plan of many tasks, the first half of them done.
  private static func situation() throws -> Situation {
    var state = PipelineState()
    for number in 1...taskCount {
      let id = TaskID(number: number)
      let task = TaskRecord(
        id: id,
        description: "Write part \(number) of the whole, with all that belongs to it.",
        targets: [try ProjectPath("src/part\(number).c")],
        order: number
      )
      try state.apply(.taskAdded(task, attempts: 6))
      guard number <= taskCount / 2 else { continue }
      try state.apply(.taskMoved(id, .coded))
      try state.apply(.taskMoved(id, .approved))
    }
    let legal = state.tasks.filter { $0.status == .pending }.map { Action.phase(.coding, $0.id) }
    let progress = Progress(tree: .emptyTree, failingChecks: [], statusCounts: state.statusCounts, plan: nil)
    return Situation(state: state, legal: legal, repeats: [:], progress: progress)
  }
}

/// An arbiter's model that takes no time, and chooses the first step of coding.
private struct InstantArbiter: ModelTool {
  let model = PhaseModel(role: "arbiter", name: "instant:1b", server: "none", numContext: 32_768, numPredict: 2048)
  let statistics = ModelStatistics()

  func reply(
    to messages: [Message],
    tools: [ToolDefinition],
    format: JSONValue?
  ) async throws(ModelError) -> ModelReply {
    let call = ToolCall(id: "1", name: "change_phase", arguments: ["phase": "coding", "reason": "It is next."])
    return ModelReply(content: "", toolCalls: [call], server: "none", model: model.name)
  }
}

/// A memory in which nothing has happened.
private struct EmptyLog: DecisionLog {
  func recentDecisions(_ count: Int) async throws -> [PastDecision] { [] }
  func answer(to key: ConsultationKey) async throws -> String? { nil }
  func note(_ consultation: ConsultationEvent) async throws {}
  func note(_ fallback: FallbackEvent) async throws {}
}
