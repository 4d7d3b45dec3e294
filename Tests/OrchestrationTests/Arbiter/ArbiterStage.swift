import JSON
import Orchestration
import Pipeline
import SourceControl

/// An arbiter with scripted specialists, before a task that failed and one that waits.
struct ArbiterStage {
  let log = InMemoryDecisionLog()
  let failures = RecentFailures()
  let failed = TaskID(number: 1)
  let other = TaskID(number: 2)
  /// What the arbiter's model answers, in order.
  var decider: ScriptedModelTool
  var specialists: [SpecialistRole: ScriptedModelTool] = [:]
  var limits = ArbiterLimits()
  /// How often a specialist may look something up before it has to answer in form.
  var lookUps = 0

  init(_ calls: ModelReply...) {
    decider = ScriptedModelTool("arbiter") { number, _ throws(ModelError) in
      guard number <= calls.count else { throw .unmatchedScenario("The arbiter has no answer \(number).") }
      return calls[number - 1]
    }
  }

  var arbiter: Arbiter {
    let desk = ReadingDesk(tools: []) { _, _ in "" }
    return Arbiter(
      tool: decider,
      specialists: SpecialistRegistry(
        specialists.map { ModelSpecialist(role: $0.key, tool: $0.value, desk: desk, lookUps: lookUps) }
      ),
      log: log,
      failures: failures,
      limits: limits
    )
  }

  /// Lets a step end, on the failed task unless another is said, as the journal tells it.
  func end(
    _ step: Int,
    _ phase: PhaseName,
    _ result: String,
    of task: TaskID? = TaskID(number: 1),
    failing check: String? = nil
  ) {
    var events: [Event] = [
      .phaseStarted(PhaseStartedEvent(step: step, phase: phase, task: task, role: "coding", model: "m:1b"))
    ]
    if let check {
      let failure = CheckFinishedEvent(step: step, check: check, status: .failed, seconds: 1, counts: true)
      events.append(.checkFinished(failure))
    }
    let finished = PhaseFinishedEvent(
      step: step,
      phase: phase,
      task: task,
      result: result,
      reason: "expected good, got bad",
      calls: 1,
      promptTokens: 1,
      outputTokens: 1,
      seconds: 1
    )
    events.append(.phaseFinished(finished))
    for event in events { log.note(event) }
    failures.receive(
      events.map { StoredEvent(sequence: 0, time: Timestamp(milliseconds: 0), run: nil, event: $0) }
    )
  }

  /// Journals a decision with advice, as the coordinator does.
  func noteDecision(_ step: Int, _ decision: Decision) {
    let event = DecisionEvent(
      step: step,
      action: decision.action,
      maker: decision.maker,
      reason: decision.reason,
      legal: [decision.action],
      progress: "p",
      repeats: 0,
      guidance: decision.guidance
    )
    log.note(.decision(event))
  }

  /// The first task needs a fix, the second is to be written; `content` stands for all files.
  func situation(_ content: String = "one", legal: [Action]? = nil) throws -> Situation {
    var state = PipelineState()
    for id in [failed, other] {
      let task = TaskRecord(id: id, description: "Write \(id).", targets: ["a.c"], order: id.number)
      try state.apply(.taskAdded(task, attempts: 6))
    }
    try state.apply(.taskMoved(failed, .coded))
    try state.apply(.taskMoved(failed, .rejected))
    let progress = Progress(
      tree: try ObjectID(blob: Array(content.utf8)),
      failingChecks: [],
      statusCounts: state.statusCounts,
      plan: nil
    )
    let all = [Action.phase(.debugging, failed), .phase(.coding, other)]
    return Situation(state: state, legal: legal ?? all, repeats: [:], progress: progress)
  }

  /// The arbiter's prompts so far, each as one text.
  var prompts: [String] { decider.prompts.map { $0.map { $0.content }.joined(separator: "\n") } }

  static func change(_ phase: PhaseName = .debugging, _ more: JSONObject = [:]) -> ModelReply {
    var arguments: JSONObject = ["phase": .string(phase.rawValue), "reason": "It is next."]
    for (name, value) in more { arguments[name] = value }
    return .calling("change_phase", arguments)
  }

  static func consult(_ role: String, _ query: String = "Why?") -> ModelReply {
    .calling("consult_\(role)_specialist", ["query": .string(query)])
  }
}
