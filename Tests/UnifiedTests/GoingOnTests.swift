import JSON
import Persistence
import Pipeline
import TestSupport
import Testing
import Unified

/// Stopping and going on: questions, budgets, changed plans and files.
@Suite struct GoingOnTests {
  @Test func aQuestionStopsTheRunUntilItIsAnswered() async throws {
    let project = try TestProject()
    let ask = TestProject.rule(
      ["phase": "coding"],
      [TestProject.call("ask_user", ["question": "Which word?"])],
      times: 1
    )
    let first = try await project.run([ask])
    #expect(first.outcome == .needsUser)
    #expect(first.message.contains("q1"))
    let unanswered = try await project.run()
    #expect(unanswered.outcome == .needsUser)
    let database = try Connection(path: StateFolder(ofProject: project.folder.path).database)
    try database.execute("UPDATE question SET answer = 'The word good.' WHERE id = 1")
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(try await project.state().tasks.first?.answers.map(\.answer) == ["The word good."])
  }

  @Test func aQuestionOfThePlannerStopsTheRunAtOnce() async throws {
    let project = try TestProject()
    let ask = TestProject.call("ask_user", ["question": "Which word?"])
    let first = try await project.run([TestProject.rule(["phase": "planning"], [ask])])
    #expect(first.outcome == .needsUser)
    #expect(first.steps == 1)
    #expect(try await project.state().questions.map(\.text) == ["Which word?"])
    let database = try Connection(path: StateFolder(ofProject: project.folder.path).database)
    try database.execute("UPDATE question SET answer = 'The word good.' WHERE id = 1")
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
  }

  @Test func aTaskThatIsReopenedGetsItsTriesAgain() async throws {
    let project = try TestProject()
    let idle: JSONValue = ["when": ["phase": "coding"], "reply": ["content": "I will."]]
    let first = try await project.run([idle])
    #expect(first.outcome == .noProgress)
    #expect(
      first.message.hasSuffix("changed nothing. Nothing was changed. The model only said: I will."),
      "\(first.message)"
    )
    let desk = TaskDesk(
      project: project.folder.path,
      configuration: try project.configuration(url: "http://127.0.0.1:9")
    )
    #expect(try await desk.reopen(.failed, command: "test").reopened.count == 1)
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
  }

  @Test func aFileInPlaceOfTheFolderForTheStateIsNamed() async throws {
    let project = try TestProject()
    try project.folder.write("mine", to: ".autonomy")
    let refusal = await #expect(throws: RunRefusal.self) { try await project.run() }
    #expect(refusal?.description.contains("/.autonomy' is no folder") == true, "\(refusal?.description ?? "")")
    #expect(project.folder.text(of: ".autonomy") == "mine")
  }

  @Test func aSpentBudgetNeedsAHigherLimit() async throws {
    let project = try TestProject()
    let first = try await project.run(settings: RunSettings(limits: RunLimits(calls: 1)))
    #expect(first.outcome == .budget)
    let refusal = await #expect(throws: RunRefusal.self) { try await project.run() }
    #expect(refusal?.outcome == .budget)
    #expect(refusal?.description.contains("--budget-calls") == true)
    let second = try await project.run(settings: RunSettings(limits: RunLimits(calls: 50)))
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(second.calls > 1)
    #expect(try await project.state().runsMade == 1)
  }

  @Test func aVerdictIsRepeatedWhileNothingChanges() async throws {
    let project = try TestProject()
    let first = try await project.run()
    let events = project.sink.events.count
    let second = try await project.run(url: "http://127.0.0.1:9")
    #expect(second.outcome == first.outcome)
    #expect(project.sink.events.count == events)
  }

  @Test func aFinishedProjectThatTheUserBreaksIsMended() async throws {
    let project = try TestProject()
    _ = try await project.run()
    try project.folder.write("broken\n", to: "out.txt")
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(project.folder.text(of: "out.txt") == "good\n")
  }

  @Test func aChangedPlanIsPlannedAnewAndKeepsWhatIsDone() async throws {
    let project = try TestProject()
    _ = try await project.run()
    try project.folder.write("Write out.txt, and more.txt too.\n", to: "MASTER_PLAN.md")
    let result = try await project.run([
      TestProject.rule(["phase": "planning"], [TestProject.plan(["out.txt", "more.txt"])]),
      TestProject.rule(["phase": "coding"], [TestProject.write("more.txt", "more\n"), TestProject.finish]),
      TestProject.rule(["phase": "qa"], [TestProject.approve("more.txt")]),
    ])
    #expect(result.outcome == .complete, "\(result.message)")
    let tasks = try await project.state().tasks
    #expect(tasks.map(\.id) == [TaskID(number: 1), TaskID(number: 2)])
    #expect(tasks.allSatisfy { $0.status == .done })
    let coded = project.sink.events.count {
      if case .phaseStarted(let event) = $0.event { event.phase == .coding } else { false }
    }
    #expect(coded == 2)
  }

  /// A run that is cut off when its only task has written a file and not yet ended the step.
  private func cutOff() async throws -> TestProject {
    let project = try TestProject()
    let first = try await project.run(
      [
        TestProject.rule(["phase": "planning"], [TestProject.plan(["sub.txt"])]),
        TestProject.rule(["phase": "coding"], [TestProject.write("sub.txt", "half\n")], times: 1),
        TestProject.fault(["phase": "coding"], ["kind": "http_status", "status": 500]),
      ],
      overrides: TestProject.impatient
    )
    #expect(first.outcome == .unavailable, "\(first.message)")
    #expect(project.folder.text(of: "sub.txt") == "half\n")
    try project.folder.write("Write only out.txt, and nothing else.\n", to: "MASTER_PLAN.md")
    return project
  }

  @Test func anOpenStepOfATaskThatLeftThePlanIsDroppedWithItsFiles() async throws {
    let project = try await cutOff()
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(project.folder.text(of: "sub.txt") == nil)
    let task = try await project.state().task(TaskID(number: 1))
    #expect(task?.failure == .notInPlan)
    #expect(try await project.state().counters[TaskID(number: 1)]?.attemptsDrawn == 0)
    let results = project.sink.events.compactMap { stored -> String? in
      if case .phaseFinished(let event) = stored.event { "\(event.phase) \(event.result)" } else { nil }
    }
    #expect(results.prefix(3) == ["planning planned", "coding dropped", "planning planned"])
  }

  @Test func whatTheUserMadeOfADroppedTasksFileStays() async throws {
    let project = try await cutOff()
    try project.folder.write("mine\n", to: "sub.txt")
    #expect(try await project.run().outcome == .complete)
    #expect(project.folder.text(of: "sub.txt") == "mine\n")
  }

  @Test func theFilesOfADroppedTaskCanBeKept() async throws {
    let project = try await cutOff()
    #expect(try await project.run(overrides: ["checkpoint.keep_failed=true"]).outcome == .complete)
    #expect(project.folder.text(of: "sub.txt") == "half\n")
  }

  @Test func aTaskThatIsStillInAChangedPlanGoesOnWithANewStep() async throws {
    let project = try await cutOff()
    let second = try await project.run([
      TestProject.rule(["phase": "planning"], [TestProject.plan(["sub.txt", "out.txt"])]),
      TestProject.rule(
        ["phase": "coding", "task": "t1"],
        [TestProject.write("sub.txt", "whole\n"), TestProject.finish]
      ),
      TestProject.rule(["phase": "qa", "task": "t1"], [TestProject.approve("sub.txt")]),
    ])
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(project.folder.text(of: "sub.txt") == "whole\n")
  }

  @Test func aPlanThatChangesWhileItIsReadIsReadAgain() async throws {
    let project = try TestProject()
    let fault = TestProject.fault(["phase": "planning"], ["kind": "http_status", "status": 500])
    let first = try await project.run([fault], overrides: TestProject.impatient)
    #expect(first.outcome == .unavailable, "\(first.message)")
    try project.folder.write("Write the word good into out.txt, please.\n", to: "MASTER_PLAN.md")
    let second = try await project.run()
    #expect(second.outcome == .complete, "\(second.message)")
    let asked = project.sink.events.count {
      if case .phaseStarted(let event) = $0.event { event.phase == .planning } else { false }
    }
    #expect(asked == 2)
  }

  @Test func tasksThatDependOnEachOtherLeaveThePlanTogether() async throws {
    let project = try TestProject()
    let tasks: [JSONValue] = [
      ["description": "First.", "target_files": ["a.txt"]],
      ["description": "Second.", "target_files": ["b.txt"], "depends_on": [1]],
    ]
    let first = try await project.run(
      [TestProject.rule(["phase": "planning"], [TestProject.call("plan_tasks", ["tasks": .array(tasks)])])],
      settings: RunSettings(limits: RunLimits(steps: 1))
    )
    #expect(first.outcome == .budget, "\(first.message)")
    try project.folder.write("Write only out.txt.\n", to: "MASTER_PLAN.md")
    let second = try await project.run(settings: RunSettings(limits: RunLimits(steps: 50)))
    #expect(second.outcome == .complete, "\(second.message)")
    #expect(try await project.state().tasks.map(\.failure) == [.notInPlan, .notInPlan, nil])
  }

  @Test func startingFreshPlansAnewAndKeepsTheJournal() async throws {
    let project = try TestProject()
    _ = try await project.run()
    let result = try await project.run(settings: RunSettings(startsFresh: true))
    #expect(result.outcome == .complete, "\(result.message)")
    let state = try await project.state()
    #expect(state.runsMade == 2)
    #expect(state.tasks.map(\.id) == [TaskID(number: 2)])
  }

  @Test func aSecondRunAtTheSameTimeIsRefusedWithTheHolder() async throws {
    let project = try TestProject()
    _ = try await project.run()
    let lock = try ProjectLock(folder: StateFolder(ofProject: project.folder.path).path, command: "autonomy run")
    let refusal = await #expect(throws: RunRefusal.self) { try await project.run() }
    #expect(refusal?.outcome == .conflict)
    #expect(refusal?.description.contains("autonomy run") == true)
    withExtendedLifetime(lock) {}
  }
}
