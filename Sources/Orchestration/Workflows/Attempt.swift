import Pipeline

/// One try at a task, from its beginning to its end.
struct Attempt: Sendable {
  enum Ending: Sendable {
    case answered(AgentAnswer)
    case failed(AgentFailure)
    case timedOut
    case cancelled
  }

  let position: Int
  let ending: Ending
  let time: Duration
  let spent: Spending

  /// Makes the attempt; the results of others are shortened first where they are over the task's limit.
  init(_ position: Int, _ assignment: AgentAssignment, _ work: @escaping AgentWork, _ clock: any Clock<Duration>) async
  {
    let start = ContinuousClock.now
    self.position = position
    ending = await Self.ending(of: assignment.fitted(), work, clock)
    time = ContinuousClock.now - start
    spent = assignment.spending.take()
  }

  private static func ending(
    of assignment: AgentAssignment,
    _ work: @escaping AgentWork,
    _ clock: any Clock<Duration>
  ) async -> Ending {
    do {
      guard let limit = assignment.task.timeLimit else { return .answered(try await work(assignment)) }
      let answer = try await result(within: limit, by: clock) { try await work(assignment) }
      if let answer { return .answered(answer) }
      return Task.isCancelled ? .cancelled : .timedOut
    } catch is CancellationError {
      return .cancelled
    } catch let failure as AgentFailure {
      return Task.isCancelled ? .cancelled : .failed(failure)
    } catch {
      return .failed(AgentFailure(.work, "\(error)"))
    }
  }
}

extension AgentAssignment {
  /// The same with inputs that are together no longer than the task's limit, as near as they come to it.
  func fitted() -> AgentAssignment {
    guard inputs.reduce(0, { $0 + $1.text.utf8.count }) > task.inputLimit else { return self }
    let parts = inputs.map { ContextPart(Array($0.text.utf8)) }
    let shortened = ContextOptimizer().optimize(parts, to: task.inputLimit, query: task.prompt)
    var assignment = self
    assignment.inputs = zip(inputs, shortened).map { AgentInput(task: $0.task, text: $1.text) }
    return assignment
  }
}
