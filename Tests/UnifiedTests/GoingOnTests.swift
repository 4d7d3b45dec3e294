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
