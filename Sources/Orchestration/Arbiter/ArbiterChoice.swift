import JSON
import Pipeline

/// Reads which legal step a call of the arbiter means.
struct ArbiterChoice {
  let situation: Situation
  /// The decision before.
  let last: PastDecision?

  /// The step, if it is legal.
  func action(of call: ToolCall) throws(TurnFailure) -> Action {
    func text(_ name: String) -> String { call.arguments[name]?.string ?? "" }
    switch call.name {
    case ArbiterTools.changePhase:
      guard let phase = PhaseName(rawValue: text("phase")) else {
        throw TurnFailure("There is no phase '\(text("phase"))'.")
      }
      return try step(of: phase, task: text("task"))
    case ArbiterTools.continuePhase:
      guard let phase = last?.action.phase else { throw TurnFailure("There is no last step to go on from.") }
      return try step(of: phase, task: "")
    case ArbiterTools.askUser:
      guard let id = TaskID(text("task")), situation.askable.contains(id) else {
        throw TurnFailure("The user cannot be asked about '\(text("task"))' now; it would not fail otherwise.")
      }
      return .ask(id)
    case ArbiterTools.restore:
      let name = text("checkpoint")
      let restore = situation.legal.first { action in
        if case .restore(let id, _) = action { "\(id)" == name } else { false }
      }
      guard let restore else { throw TurnFailure("'\(name)' cannot be restored now.") }
      return restore
    default:
      throw TurnFailure("There is no tool '\(call.name)'.")
    }
  }

  /// The step of a phase; of the phase's first task where none is named.
  private func step(of phase: PhaseName, task: String) throws(TurnFailure) -> Action {
    let steps = situation.legal.filter { $0.phase == phase }
    if task.isEmpty {
      guard let first = steps.first else { throw TurnFailure("No step of phase '\(phase.rawValue)' is legal now.") }
      return first
    }
    guard let id = TaskID(task),
      let step = steps.first(where: { $0.task == id }) ?? steps.first(where: { $0.task == nil })
    else { throw TurnFailure("'\(phase.rawValue)' of '\(task)' is not legal now.") }
    return step
  }
}
