import Pipeline
import Synchronization
import TestSupport
import Testing

@testable import Orchestration

@Suite struct AgentCoordinatorTests {
  private let journal = MemoryWorkflowJournal()

  private func coordinator(
    _ tasks: [WorkflowTask],
    slots: Int = .max,
    succeeded: [String: String] = [:],
    clock: any Clock<Duration> = ContinuousClock()
  ) throws -> AgentCoordinator {
    try AgentCoordinator(
      Workflow(name: "w", tasks: tasks),
      limits: SchedulingLimits(slots: slots),
      succeeded: succeeded,
      journal: journal,
      clock: clock
    )
  }

  /// Answers with the task's own id.
  private static let echo: AgentWork = { AgentAnswer($0.task.id) }

  private func task(_ id: String, after: [String] = []) -> WorkflowTask { WorkflowTask(id: id, dependsOn: after) }

  @Test func independentTasksRunAtOnce() async throws {
    let meeting = Meeting(of: 3)
    let result = try await coordinator([task("a"), task("b"), task("c")]).run { assignment in
      try await meeting.arrive()
      return AgentAnswer(assignment.task.id)
    }
    #expect(result.outcome == .succeeded)
  }

  @Test func aTaskWaitsForNobodyButThoseItDependsOn() async throws {
    // The slow one ends only when the quick one's successor has begun.
    let meeting = Meeting(of: 2)
    let result = try await coordinator([task("slow"), task("quick"), task("next", after: ["quick"])]).run {
      assignment in
      if assignment.task.id != "quick" { try await meeting.arrive() }
      return AgentAnswer(assignment.task.id)
    }
    #expect(result.outcome == .succeeded)
  }

  @Test func startsByPriorityThenPhaseThenPlace() async throws {
    var tasks = [task("build"), task("scout"), task("late"), task("plan"), task("scout2")]
    for (index, phase) in [WorkflowPhase.build, .scout, .scout, .plan, .scout].enumerated() {
      tasks[index].phase = phase
    }
    tasks[2].priority = 60
    _ = try await coordinator(tasks, slots: 1).run(Self.echo)
    let begun = journal.events.filter { $0.moment == .running }.compactMap { $0.task }
    #expect(begun == ["scout", "scout2", "plan", "build", "late"])
  }

  @Test func neverRunsMoreThanThereAreSlots() async throws {
    let running = Mutex((now: 0, most: 0))
    _ = try await coordinator((0..<20).map { task("t\($0)") }, slots: 3).run { assignment in
      running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      await Task.yield()
      running.withLock { $0.now -= 1 }
      return AgentAnswer("")
    }
    #expect(running.withLock { $0.most } == 3)
  }

  @Test func aFailureSkipsWhatDependsOnItAndLeavesTheRest() async throws {
    let tasks = [
      task("a"), task("b"), task("a2", after: ["a"]), task("a3", after: ["a2", "b"]), task("b2", after: ["b"]),
    ]
    let result = try await coordinator(tasks).run { assignment in
      if assignment.task.id == "a" { throw AgentFailure(.work, "No.") }
      return AgentAnswer(assignment.task.id)
    }
    #expect(
      result.statuses == [.failed("No."), .succeeded, .skipped(because: "a"), .skipped(because: "a"), .succeeded]
    )
    #expect(result.outcome == .partial)
    #expect(result.results == [nil, "b", nil, nil, "b2"])
    #expect(journal.events.filter { $0.moment == .skipped }.map { $0.because } == ["a", "a"])
    #expect(journal.moments(of: "a3") == [.skipped])
  }

  @Test func aWorkflowOfWhichNothingSucceededHasFailed() async throws {
    let result = try await coordinator([task("a"), task("b", after: ["a"])]).run { _ in throw AgentFailure(.work, "No.")
    }
    #expect(result.outcome == .failed)
    #expect(result.failures == [.work])
  }

  @Test func anErrorThatNobodyKnowsFailsTheTask() async throws {
    struct Strange: Error {}
    let result = try await coordinator([task("a"), task("b")]).run { assignment in
      if assignment.task.id == "a" { throw Strange() }
      return AgentAnswer("")
    }
    #expect(result.statuses == [.failed("Strange()"), .succeeded])
  }

  @Test func aFailedTaskIsTriedAgainAsOftenAsItMay() async throws {
    var task = task("a")
    task.retries = 2
    let result = try await coordinator([task]).run { assignment in
      guard assignment.attempt == 3 else { throw AgentFailure(.work, "Not yet.") }
      return AgentAnswer("at last")
    }
    #expect(result.results == ["at last"])
    #expect(journal.moments(of: "a") == [.running, .retried, .running, .retried, .running, .succeeded])
  }

  @Test(arguments: [AgentFailure.Kind.unfit, .unavailable, .configuration])
  func whatNoOtherTryCanMendIsNotTriedAgain(_ kind: AgentFailure.Kind) async throws {
    var task = task("a")
    task.retries = 5
    let result = try await coordinator([task]).run { _ in throw AgentFailure(kind, "No.") }
    #expect(result.statuses == [.failed("No.")])
    #expect(journal.moments(of: "a") == [.running, .failed])
    #expect(result.failures == [kind])
  }

  @Test func aTaskThatTakesTooLongIsCancelledAndTimesOut() async throws {
    var slow = task("slow")
    slow.timeLimit = .seconds(90)
    slow.retries = 1
    let cancelled = Mutex(0)
    let result = try await coordinator([slow, task("next", after: ["slow"])], clock: ManualClock()).run { _ in
      do {
        try await Task.sleep(for: .seconds(3600))
      } catch {
        cancelled.withLock { $0 += 1 }
        throw error
      }
      return AgentAnswer("")
    }
    #expect(result.statuses == [.timedOut, .skipped(because: "slow")])
    #expect(journal.moments(of: "slow") == [.running, .retried, .running, .timedOut])
    #expect(cancelled.withLock { $0 } == 2)
    #expect(journal.events.last { $0.moment == .timedOut }?.message == "It was not done after 1m30s.")
  }

  @Test func cancellingEndsWhatRunsAndStartsNothingMore() async throws {
    let meeting = Meeting(of: 3)
    let coordinator = try coordinator([task("a"), task("b"), task("c", after: ["a"]), task("d")], slots: 2)
    let run = Task {
      try await coordinator.run { _ in
        try await meeting.arrive()
        try await Task.sleep(for: .seconds(3600))
        return AgentAnswer("")
      }
    }
    try await meeting.arrive()
    #expect(await coordinator.status(of: 0) == .running)
    #expect(await coordinator.status(of: 2) == .pending)
    #expect(await coordinator.status(of: 3) == .ready)
    run.cancel()
    let result = try await run.value
    #expect(result.isCancelled)
    #expect(result.statuses == [.cancelled, .cancelled, .cancelled, .cancelled])
    #expect(journal.moments(of: "a") == [.running, .cancelled])
    #expect(journal.moments(of: "d") == [])
  }

  @Test func whenTheBudgetIsSpentNothingMoreBegins() async throws {
    let result = try await coordinator([task("a"), task("b"), task("c")], slots: 1).run { assignment in
      if assignment.task.id == "b" { throw AgentFailure(.budget, "Spent.") }
      return AgentAnswer("")
    }
    #expect(result.stop == AgentFailure(.budget, "Spent."))
    #expect(result.statuses == [.succeeded, .ready, .ready])
  }

  @Test func resultsPassToThoseThatDependOnThem() async throws {
    let seen = Mutex<[AgentInput]>([])
    let tasks = [task("a"), task("empty"), task("b", after: ["a"]), task("c", after: ["empty", "b"])]
    _ = try await coordinator(tasks).run { assignment in
      if assignment.task.id == "c" { seen.withLock { $0 = assignment.inputs } }
      return AgentAnswer(assignment.task.id == "empty" ? "" : "the \(assignment.task.id)")
    }
    // An empty result is one too, and what lies further back is not passed on.
    #expect(seen.withLock { $0 } == [AgentInput(task: "empty", text: ""), AgentInput(task: "b", text: "the b")])
  }

  @Test func resultsThatAreTooLongTogetherAreShortened() async throws {
    let lines = (1...400).map { "Line \($0) of what was found in the parser." }.joined(separator: "\n")
    let seen = Mutex<[AgentInput]>([])
    var last = task("c", after: ["a", "b"])
    last.inputLimit = 20_000
    _ = try await coordinator([task("a"), task("b"), last]).run { assignment in
      if assignment.task.id == "c" { seen.withLock { $0 = assignment.inputs } }
      return AgentAnswer(lines)
    }
    let inputs = seen.withLock { $0 }
    #expect(inputs.map { $0.task } == ["a", "b"])
    #expect(inputs.reduce(0) { $0 + $1.text.utf8.count } <= 20_000)
    // What the second has in common with the first is left out there, and said to be.
    #expect(inputs[0].text == lines)
    #expect(inputs[1].text.contains("[… "))
  }

  @Test func aSecondStartRunsOnlyWhatHasNotSucceeded() async throws {
    let tasks = [task("a"), task("b", after: ["a"]), task("c", after: ["b"])]
    let ran = Mutex<[String]>([])
    let result = try await coordinator(tasks, succeeded: ["a": "from before"]).run { assignment in
      ran.withLock { $0.append(assignment.task.id) }
      return AgentAnswer(assignment.inputs.map { $0.text }.joined())
    }
    #expect(ran.withLock { $0 } == ["b", "c"])
    #expect(result.outcome == .succeeded)
    #expect(result.results == ["from before", "from before", "from before"])
  }

  @Test func everyTaskIsInTheJournalBeforeItRunsAndBeforeOthersUseIt() async throws {
    let journal = journal
    let tasks = [task("a"), task("b", after: ["a"])]
    _ = try await coordinator(tasks).run { assignment in
      #expect(journal.moments(of: assignment.task.id).last == .running)
      if assignment.task.id == "b" { #expect(journal.moments(of: "a") == [.running, .succeeded]) }
      var cost = Spending(calls: 2)
      cost.loadSeconds = 3
      assignment.spending.add(cost)
      return AgentAnswer("done")
    }
    let success = journal.events.first { $0.moment == .succeeded }
    #expect(success?.result == "done" && success?.calls == 2 && success?.loadSeconds == 3)
  }

  @Test func aBrokenJournalEndsTheWorkflow() async throws {
    let journal = MemoryWorkflowJournal(breaksAfter: 2)
    let workflow = Workflow(name: "w", tasks: [task("a"), task("b")])
    await #expect(throws: MemoryWorkflowJournal.Broken.self) {
      _ = try await AgentCoordinator(workflow, journal: journal).run { assignment in
        if assignment.task.id == "b" { try await Task.sleep(for: .seconds(3600)) }
        return AgentAnswer("")
      }
    }
  }

  @Test func aWorkflowWithoutTasksHasSucceeded() async throws {
    #expect(try await coordinator([]).run(Self.echo).outcome == .succeeded)
  }

  @Test func refusesCircles() {
    #expect(throws: DependencyError.cycle(["a", "b", "c", "a"])) {
      try self.coordinator([task("a", after: ["b"]), task("b", after: ["c"]), task("c", after: ["a"])])
    }
  }
}
