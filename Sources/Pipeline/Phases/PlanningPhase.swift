import SourceControl
import Wording

/// Turns MASTER_PLAN.md into tasks.
package struct PlanningPhase: Phase {
  private let tools: PhaseTools

  package init(tools: PhaseTools) {
    self.tools = tools
  }

  package func run(_ context: StepContext) async throws -> PhaseResult {
    let sections = [
      PromptSection("Files of the project", FileSections.list(context.files), .background),
      PromptSection("Tasks of the plan as it was before it changed", Self.oldTasks(context.state)),
      PromptSection("Answers of the user", Self.answers(context.state), .essential),
    ]
    let brief = try await tools.brief(.planning, context, sections: sections, shown: [:])
    var planned: [PlannedTask]?
    var question: String?
    let end = try await tools.loop.run(brief, needsCall: true) { effect, _ in
      switch effect {
      case .plan(let tasks):
        planned = tasks
        return .stop
      case .question(let text):
        question = text
        return .stop
      default:
        return .proceed
      }
    }
    if let planned { return .planned(planned) }
    if let question { return .asked(question) }
    return .planningFailed(end.reason)
  }

  private static func oldTasks(_ state: PipelineState) -> String {
    let lines = state.tasks.map { task in
      "- \(task.description) (\(task.targets.map(\.description).joined(separator: ", "))): \(task.status.rawValue)"
    }
    guard !lines.isEmpty else { return "" }
    return lines.joined(separator: "\n")
      + "\n\nRepeat the tasks that still belong to the plan word for word, with the same target files."
  }

  private static func answers(_ state: PipelineState) -> String {
    state.questions.filter { $0.task == nil && $0.answer != nil }
      .map { "- \($0.text)\n  \($0.answer ?? "")" }.joined(separator: "\n")
  }
}

extension AgentEnd {
  /// Why the conversation ended, as a sentence.
  var reason: String {
    switch self {
    case .finished: "The conversation came to its end."
    case .answered(let text): text.isEmpty ? "The model answered nothing." : "The model only said: \(text.asSentence)"
    case .limit(let reason), .unusable(let reason), .overContext(let reason): reason
    }
  }
}
