import Pipeline

/// What a specialist said in a turn.
struct Advice: Hashable, Sendable {
  var role: SpecialistRole
  var text: String
}

/// What of the advice goes to the model that carries out the step.
struct Guidance {
  private static let mostBytes = 6000

  /// Nil where there is none, or where advice has not helped the task before.
  let text: String?

  init(advice: [Advice], action: Action, history: [PastDecision]) {
    let hasFailed = history.contains { past in
      past.hadGuidance && past.action.task == action.task && action.task != nil
        && ["failed", "rejected", "no verdict", "over context"].contains(past.result ?? "")
    }
    guard !hasFailed, !advice.isEmpty else {
      text = nil
      return
    }
    let parts = advice.map { "From the \($0.role.rawValue) specialist:\n\($0.text)" }
    text = String(decoding: parts.joined(separator: "\n\n").utf8.prefix(Self.mostBytes), as: UTF8.self)
  }
}
