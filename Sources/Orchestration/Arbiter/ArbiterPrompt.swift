package import Pipeline

/// What the arbiter is told: who it is, and where the run stands.
package struct ArbiterPrompt {
  /// More open tasks than this are counted, not listed.
  private static let mostTasks = 40
  private static let mostText = 1200

  let situation: Situation
  let history: [PastDecision]
  /// Why the last step failed, if it did.
  var analysis: FailureAnalysis?
  /// The tasks of which an attempt with advice has failed.
  var advisedInVain: Set<TaskID> = []

  package init(situation: Situation, history: [PastDecision]) {
    self.situation = situation
    self.history = history
  }

  /// The same for a whole run.
  static let system = """
    You are the arbiter of a software pipeline. You decide which step comes next; other models carry it out.

    Each turn you are shown the tasks, the legal steps, and your last decisions with what came of them. Decide on \
    exactly one legal step by calling change_phase or continue_current_phase. If something is unclear you may first \
    consult a specialist; its answer comes back to you. Do not ask the same thing twice: if advice did not help, decide \
    differently. If nothing is unclear, decide at once. Call one tool at a time.

    When a step has failed you are shown what the reasoning specialist says of it. Then choose: the same task again, and \
    say in 'changes' what its model is to do differently; another legal step; a consultation; or, where they are legal, \
    a question to the user or an earlier checkpoint.

    Judge advice before you use it. What you are shown or told by specialists goes to the model that carries out the \
    step, unless you name in 'advice' whose advice is to go: ["reasoning"], or [] for nobody's.
    """

  /// What is so now.
  package var request: String {
    """
    [phase=decision role=arbiter attempt=1]

    ## Legal steps

    \(legal)

    ## Tasks

    \(tasks)
    \(failures)\(analysis.map { "\n\($0.section)" } ?? "")\(past)
    Decide on the next step.
    """
  }

  private var legal: String {
    var lines = situation.legal.prefix(Self.mostTasks).map { "- \(Self.words($0))" }
    if situation.legal.count > Self.mostTasks {
      lines.append("- and \(situation.legal.count - Self.mostTasks) more of the same phases, of other tasks")
    }
    return lines.joined(separator: "\n")
  }

  /// What a specialist is told of the run.
  var summary: String { "\(tasks)\n\(failures)" }

  private static func words(_ action: Action) -> String {
    switch action {
    case .phase(let phase, let task): task.map { "phase \(phase.rawValue), task \($0)" } ?? "phase \(phase.rawValue)"
    default: "\(action)"
    }
  }

  private var tasks: String {
    let all = situation.state.tasks
    guard !all.isEmpty else { return "There are none yet." }
    let open = all.filter { $0.status.isOpen }
    var lines = open.prefix(Self.mostTasks).map { task in
      let left = situation.state.attemptsLeft(task.id)
      return "- \(task.id) \(task.status.rawValue), \(left) attempts left: \(Self.head(task.description, 120))"
    }
    if open.count > Self.mostTasks { lines.append("- and \(open.count - Self.mostTasks) more open ones") }
    let counts = situation.state.statusCounts.filter { !$0.key.isOpen }.sorted { $0.key.rawValue < $1.key.rawValue }
    lines += counts.map { "- \($0.value) \($0.key.rawValue)" }
    return lines.joined(separator: "\n")
  }

  private var failures: String {
    let failing = situation.progress.failingChecks
    var parts: [String] = []
    if !failing.isEmpty { parts.append("Failing checks: \(failing.joined(separator: ", ")).") }
    let tasks = Set(situation.legal.compactMap(\.task))
    for task in situation.state.tasks where tasks.contains(task.id) {
      guard let error = task.lastError else { continue }
      let kind = task.setback.map { " (\($0.kind.rawValue), since step \($0.step))" } ?? ""
      parts.append("\(task.id)\(kind) went wrong last with:\n\(Self.head(error, Self.mostText))")
    }
    return parts.isEmpty ? "" : "\n## What is wrong\n\n\(parts.prefix(3).joined(separator: "\n\n"))\n"
  }

  private var past: String {
    guard !history.isEmpty else { return "" }
    var lines = history.map { decision in
      let advice = decision.hadGuidance ? ", with advice" : ""
      let reason = decision.resultReason.map { ": \(Self.head($0, 160))" } ?? ""
      return "- step \(decision.step): \(decision.action)\(advice) → \(decision.result ?? "open")\(reason)"
    }
    let tasks = situation.legal.compactMap(\.task).filter { advisedInVain.contains($0) }
    if !tasks.isEmpty {
      let names = Set(tasks).sorted().map { "\($0)" }.joined(separator: ", ")
      lines.append("Advice goes no more to the models that work on \(names): an attempt with it has failed.")
    }
    return "\n## The last decisions and what came of them\n\n\(lines.joined(separator: "\n"))\n"
  }

  private static func head(_ text: String, _ limit: Int) -> String {
    let line = text.utf8.count <= limit ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self) + " …"
    return line
  }
}
