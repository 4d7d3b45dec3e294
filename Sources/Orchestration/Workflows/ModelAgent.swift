import Pipeline

/// Does tasks of workflows with a model, which may read the project's files and changes none.
package struct ModelAgent: Sendable {
  private let tool: any ModelTool
  private let desk: ReadingDesk
  private let context: String
  /// How often the model may look something up for one task.
  private let lookUps: Int

  /// Takes what the model is told of the project.
  package init(tool: any ModelTool, desk: ReadingDesk, context: String = "", lookUps: Int = 8) {
    self.tool = tool
    self.desk = desk
    self.context = context
    self.lookUps = lookUps
  }

  /// The model's answer; throws `AgentFailure` where there is none that can be used, and `CancellationError`.
  package func answer(_ assignment: AgentAssignment) async throws -> AgentAnswer {
    let system = DialoguePrompt.text("workflow", ["context": context.isEmpty ? "" : "\n\(context)\n"])
    var messages: [Message] = [.system(system), .user(request(assignment))]
    let reply: ModelReply
    do throws(ModelError) {
      reply = try await ReadingRounds(tool: tool, desk: desk, lookUps: lookUps).reply(to: &messages).reply
    } catch {
      if error == .cancelled { throw CancellationError() }
      if case .budget(let exhausted) = error { throw AgentFailure(exhausted) }
      throw AgentFailure(AgentFailure.Kind(error), "\(error)")
    }
    // Another try would be cut as well.
    if let exhausted = reply.cutBy { throw AgentFailure(exhausted) }
    guard reply.finish != .length else {
      // The next may be shorter.
      throw AgentFailure(
        .work,
        "The answer was cut at \(tool.model.numPredict) tokens. Make the task smaller, or raise 'limits.num_predict'."
      )
    }
    guard reply.content.utf8.contains(where: { $0 > 0x20 }) else {
      throw AgentFailure(.work, "'\(tool.model.name)' gave no answer.")
    }
    return AgentAnswer(reply.content)
  }

  private func request(_ assignment: AgentAssignment) -> String {
    let task = assignment.task
    let line = "[phase=\(task.phase.rawValue) task=\(task.id) role=\(tool.model.role) attempt=\(assignment.attempt)]"
    var text = "\(line)\n\n\(task.phase.duty)\n\n\(task.prompt)"
    for input in assignment.inputs { text += "\n\n## The result of '\(input.task)'\n\n\(input.text)" }
    return text
  }
}

extension WorkflowPhase {
  /// What a model is told of it.
  fileprivate var duty: String {
    switch self {
    case .scout: "This is a scouting task: find out what is there, and change nothing."
    case .plan: "This is a planning task: decide what is to be done, step by step, from what is known."
    case .build: "This is a building task: write out what is asked for, whole and ready to be used."
    }
  }
}

extension AgentFailure {
  fileprivate init(_ exhausted: BudgetExhausted) {
    self.init(.budget, exhausted.text(of: "workflow", continuedWith: "autonomy workflow run FILE"))
  }
}

extension AgentFailure.Kind {
  /// What a failure to get an answer means for a task.
  fileprivate init(_ error: ModelError) {
    switch error {
    case .budget: self = .budget
    case .overContext, .promptCut, .answerTooLong: self = .unfit
    case .modelMissing, .refused, .unmatchedScenario, .unusable: self = .configuration
    case .transport, .timeout, .malformedStream, .serverError, .unavailable, .cancelled: self = .unavailable
    }
  }
}
