import JSON
import Pipeline
import SourceControl
import TestSupport
import Testing
import Unified

/// Steps that are no phases, and were open when the run was killed.
@Suite struct OpenStepTests {
  private let task = TaskID(number: 1)

  private func open(_ action: Action, question: String? = nil, in project: TestProject) async throws {
    let store = try StateManager(path: StateFolder(ofProject: project.folder.path).database)
    let decision = Decision(action: action, reason: "r", maker: "arbiter", question: question)
    let number = store.state.stepsTaken + 1
    let step = OpenStep(number: number, decision: decision, progress: "p", baseTree: .emptyTree)
    try await store.commit([.stepOpened(step)], [])
  }

  /// A run on one task that stops behind the first change of a file, whose step is closed.
  private func stopped() async throws -> TestProject {
    let project = try TestProject()
    let hasty = TestProject.rule(["phase": "coding"], [TestProject.write("out.txt", "bad\n"), TestProject.finish])
    let result = try await project.run([hasty], settings: RunSettings(limits: RunLimits(steps: 2)))
    #expect(result.outcome == .budget, "\(result.message)")
    return project
  }

  @Test func aQuestionOfTheArbiterIsPutAfterAll() async throws {
    let project = try await stopped()
    try await open(.ask(task), question: "Good or well?", in: project)
    let result = try await project.run(settings: RunSettings(limits: RunLimits(steps: 50)))
    #expect(result.outcome == .needsUser, "\(result.message)")
    let state = try await project.state()
    #expect(state.questions.map(\.text) == ["Good or well?"])
    #expect(state.openSteps.isEmpty)
  }

  @Test(arguments: [false, true])
  func aCheckpointIsBroughtBackAfterAll(wasBroughtBack: Bool) async throws {
    let project = try await stopped()
    let checkpoint = try #require(try await project.state().task(task)?.firstCheckpoint)
    if wasBroughtBack {
      let path = project.folder.path
      let desk = CheckpointDesk(project: path, configuration: Configuration(), command: "test")
      let record = try #require(try await project.state().task(task))
      _ = try await desk.use { try await $0.restore(record, to: checkpoint) }
      #expect(project.folder.text(of: "out.txt") == nil)
    }
    try await open(.restore(checkpoint, task), in: project)
    let result = try await project.run(settings: RunSettings(limits: RunLimits(steps: 3)))
    #expect(result.outcome == .budget, "\(result.message)")
    #expect(project.folder.text(of: "out.txt") == nil)
    let state = try await project.state()
    #expect(state.openSteps.isEmpty)
    #expect(state.counters[task]?.restores == 1)
    #expect(state.task(task)?.origins.map(\.left) == [nil])
  }
}
