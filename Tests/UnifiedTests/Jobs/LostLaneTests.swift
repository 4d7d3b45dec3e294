import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Worktrees that are not as a run left them.
@Suite struct LostLaneTests {
  private let task = TaskID(number: 1)
  private let project: JobsProject

  init() throws {
    project = try JobsProject([
      .init(targets: ["a.txt"], writes: ["a.txt": "a\n"]),
      .init(targets: ["b.txt"], dependsOn: [1], writes: ["b.txt": "b\n"]),
    ])
  }

  /// A run that stops between the first task's coding and its review.
  private func stop() async throws {
    let result = try await project.run(jobs: 2, settings: RunSettings(limits: RunLimits(steps: 2)))
    #expect(result.outcome == .budget, "\(result.message)")
    #expect(project.worktrees == ["task-t1"])
    #expect(project.text(of: "a.txt") == nil)
    #expect(project.text(of: ".autonomy/worktrees/task-t1/a.txt") == "a\n")
  }

  private func goOn(jobs: Int = 2) async throws -> [String] {
    let result = try await project.run(jobs: jobs, settings: RunSettings(limits: RunLimits(steps: 50)))
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.text(of: "a.txt") == "a\n")
    #expect(project.text(of: "b.txt") == "b\n")
    #expect(project.worktrees == [])
    return project.results(of: 1)
  }

  /// How many messages each request had when the first task was coded.
  private func messagesOfCoding() -> [Int] {
    let steps = project.events.compactMap { event in
      if case .decision(let decision) = event, decision.action == .phase(.coding, task) { decision.step } else { nil }
    }
    return project.events.compactMap { event in
      if case .modelRequest(let request) = event, steps.contains(request.step) { request.messages } else { nil }
    }
  }

  @Test(arguments: [1, 2])
  func oneThatIsAsItWasGoesOn(jobs: Int) async throws {
    try await stop()
    try project.project.folder.write("of nobody\n", to: ".autonomy/worktrees/task-t9/x.txt")
    #expect(try await goOn(jobs: jobs) == ["coding coded", "qa approved"])
  }

  @Test(arguments: ["", "/a.txt", "/MASTER_PLAN.md"])
  func workWhoseWorktreeIsDamagedBeginsAgain(_ path: String) async throws {
    try await stop()
    TemporaryDirectory.remove(project.project.folder.path + "/.autonomy/worktrees/task-t1" + path)
    #expect(try await goOn() == ["coding coded", "coding coded", "qa approved"])
    let warnings = project.events.compactMap { if case .warning(let warning) = $0 { warning.message } else { nil } }
    #expect(warnings.contains { $0.hasSuffix("The work on 't1' begins again from the project as it is.") })
  }

  @Test func anOpenStepIsDroppedWhereThePlanHasChanged() async throws {
    var project = project
    let half = TestProject.write("a.txt", "half\n")
    project.rules = [
      TestProject.rule(["phase": "coding", "task": "t1"], [half], times: 1),
      TestProject.fault(["phase": "coding", "task": "t1"], ["kind": "http_status", "status": 500]),
    ]
    project.overrides = TestProject.impatient
    let first = try await project.run(jobs: 2)
    #expect(first.outcome == .unavailable, "\(first.message)")
    #expect(project.text(of: ".autonomy/worktrees/task-t1/a.txt") == "half\n")
    try project.project.folder.write("Write c.txt instead.\n", to: "MASTER_PLAN.md")
    project.rules = [
      TestProject.rule(["phase": "planning"], [TestProject.plan(["c.txt"])]),
      TestProject.rule(["phase": "coding"], [TestProject.write("c.txt", "c\n"), TestProject.finish]),
      TestProject.rule(["phase": "qa"], [TestProject.approve("c.txt")]),
    ]
    let second = try await project.run(jobs: 2)
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(project.text(of: "a.txt") == nil)
    #expect(project.worktrees == [])
    #expect(project.results(of: 1) == ["coding dropped"])
  }

  @Test(arguments: [1, 2])
  func aTaskGoesBackToItsBeginningOutOfItsWorktree(jobs: Int) async throws {
    try await stop()
    try await project.project.rollBack(to: .task(task))
    let record = try #require(try await project.project.state().task(task))
    #expect(record.lane == nil && record.status == .pending && record.origins.isEmpty)
    #expect(try await goOn(jobs: jobs) == ["coding coded", "coding coded", "qa approved"])
    // The model is not told of what it wrote before, which is not there any more.
    #expect(messagesOfCoding() == [2, 2])
    // Now its work is in the project, done there or merged into it.
    #expect(try await project.project.rollBack(to: .task(task)).restored == ["a.txt", "b.txt"])
    #expect(project.text(of: "a.txt") == nil)
  }

  @Test func ofATaskThatFailedInItsWorktreeNothingIsToUndo() async throws {
    var project = project
    project.overrides = ["limits.task_attempts=1"]
    let issue = TestProject.call("report_issue", ["path": "a.txt", "kind": "logic", "description": "Wrong."])
    project.rules = [TestProject.rule(["phase": "qa", "task": "t1"], [issue])]
    _ = try await project.run(jobs: 2)
    #expect(try await project.project.state().task(task)?.status == .failed)
    let refusal = await project.project.refusedRollback(to: .task(task))
    #expect(refusal?.outcome == .configuration)
    #expect(
      refusal?.description == "Nothing of the task 't1' is in the project any more, so there is nothing to undo. "
        + "'autonomy tasks reopen t1' begins it again.",
      "\(refusal?.description ?? "")"
    )
  }

  @Test func aRollbackDropsWhatIsInNoCheckpoint() async throws {
    try await stop()
    let configuration = try project.project.configuration(url: "http://127.0.0.1:9")
    let path = project.project.folder.path
    let desk = CheckpointDesk(project: path, configuration: configuration, command: "test")
    let last = try #require(try await CheckpointDesk.list(project: path).snapshots.last?.id)
    _ = try await desk.use { try await $0.rollBack(to: .checkpoint(last), .refuse) }
    let record = try #require(try await project.project.state().task(task))
    #expect(record.lane == nil)
    #expect(record.status == .pending)
    #expect(record.origins.isEmpty)
    #expect(try await goOn() == ["coding coded", "coding coded", "qa approved"])
  }
}
