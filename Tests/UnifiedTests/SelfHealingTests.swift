import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing
import Unified

/// What happens on whole runs after steps that failed.
@Suite struct SelfHealingTests {
  private static let analysis = "recommendation: write good"

  /// A repair that only a prompt with `words` in it gets right.
  private static func repair(knowing words: String) -> [JSONValue] {
    [
      TestProject.rule(
        ["phase": "debugging", "last_contains": .string(words)],
        [TestProject.write("out.txt", "good\n"), TestProject.finish]
      ),
      TestProject.rule(["phase": "debugging"], [TestProject.write("out.txt", "worse\n"), TestProject.finish]),
    ]
  }

  @Test func theAnalysisOfAFailureReachesTheArbiterAndTheModel() async throws {
    let project = try TestProject()
    let arbiter = TestProject.arbiter(["last_contains": .string(Self.analysis)], TestProject.change("debugging"))
    let rules = [TestProject.specialist, arbiter] + Self.repair(knowing: Self.analysis) + TestProject.obedient
    let result = try await project.runOrchestrated(rules + TestProject.hasty)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(result.steps == 6)
    let consultations = project.sink.consultations
    #expect(consultations.map(\.failure) == [.failingCheck])
    #expect(consultations.map(\.role) == ["reasoning"])
    #expect(consultations.first?.query.hasPrefix("qa of t1 failed: failing check ('test.sh').") == true)
    let decision = try #require(project.sink.decisions.first { $0.action.phase == .debugging })
    #expect(decision.guidance?.contains(Self.analysis) == true)
    #expect(decision.advice == [AdviceUse(role: "reasoning", verdict: .used)])
    let recoveries = project.sink.events.compactMap { stored -> RecoveryEvent? in
      if case .recovery(let event) = stored.event { event } else { nil }
    }
    let expected = RecoveryEvent(task: TaskID(number: 1), kind: .failingCheck, since: 3, steps: 2, askedUser: false)
    #expect(recoveries == [expected])
  }

  @Test func theChangesThatTheArbiterNamesReachTheModel() async throws {
    let project = try TestProject()
    let named = TestProject.change("debugging", ["changes": "Put the other word there.", "advice": []])
    let rules =
      [TestProject.specialist, TestProject.arbiter(["last_contains": "- phase debugging"], named)]
      + Self.repair(knowing: "Put the other word there.") + TestProject.obedient
    let result = try await project.runOrchestrated(rules + TestProject.hasty)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(result.steps == 6)
    let decision = try #require(project.sink.decisions.first { $0.action.phase == .debugging })
    #expect(decision.guidance?.contains(Self.analysis) == false)
    #expect(decision.advice?.map(\.verdict) == [.dropped])
  }

  /// Three reviews that fail in the same way cost three analyses, because each time something else was tried; an equal
  /// failure on equal files costs none.
  @Test func anEqualFailureOnEqualProgressIsAnalysedOnce() async throws {
    let project = try TestProject()
    let idle: JSONValue = ["when": ["phase": "coding"], "times": 2, "reply": ["content": "I do not know."]]
    let result = try await project.runOrchestrated([idle, TestProject.specialist] + TestProject.obedient)
    #expect(result.outcome == .complete, "\(result.message)")
    let consultations = project.sink.consultations
    #expect(consultations.map(\.failure) == [.noWork, .noWork])
    #expect(consultations.map(\.isRepeated) == [false, true])
  }

  @Test func anInfrastructureFailureIsWaitedOutAndNotAnalysed() async throws {
    let project = try TestProject()
    let fault = TestProject.fault(["phase": "coding"], ["kind": "http_status", "status": 503], times: 2)
    let result = try await project.runOrchestrated([fault, TestProject.specialist] + TestProject.obedient)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.consultations.isEmpty)
  }

  @Test func aSpecialistThatIsAwayIsSaidAndTheArbiterGoesOn() async throws {
    let project = try TestProject()
    let away = TestProject.fault(["phase": "consultation"], ["kind": "http_status", "status": 503])
    let told = TestProject.arbiter(["last_contains": "It was not analysed."], TestProject.change("debugging"))
    let rules = [away, told] + TestProject.obedient + TestProject.hasty
    let result = try await project.runOrchestrated(rules, overrides: ["limits.server_patience=200ms"])
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.consultations.map { $0.error != nil && $0.answer == nil } == [true])
    #expect(project.sink.fallbacks.isEmpty)
    let decision = try #require(project.sink.decisions.first { $0.action.phase == .debugging })
    #expect(decision.advice == nil)
  }

  struct Hostile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What every specialist answers.
    let rule: JSONValue
    var overrides: [String] = []
  }

  static let hostile: [Hostile] = [
    Hostile(testDescription: "prose", rule: ["reply": ["content": "It depends."]]),
    Hostile(testDescription: "nothing", rule: ["reply": ["content": ""]]),
    Hostile(
      testDescription: "half a form",
      rule: ["reply": ["content": "{\"root_cause\": [1, {", "done_reason": "length"]]
    ),
    Hostile(
      testDescription: "reads for ever",
      rule: ["reply": ["tool_calls": [TestProject.call("read_file", ["path": "out.txt"])]]]
    ),
    Hostile(
      testDescription: "calls what it is not offered",
      rule: ["reply": ["tool_calls": [TestProject.write("out.txt", "mine\n")]]]
    ),
    Hostile(
      testDescription: "a book",
      rule: ["reply": ["content": .string(String(repeating: "Do it again. ", count: 8000))]]
    ),
    Hostile(
      testDescription: "hangs",
      rule: ["fault": ["kind": "hang", "after_chunks": 0]],
      overrides: ["limits.server_patience=300ms"] + TestProject.impatient
    ),
  ]

  /// The arbiter does what the rules would, so the run must go as theirs.
  @Test(arguments: hostile)
  func aHostileSpecialistCostsNoStep(_ hostile: Hostile) async throws {
    let project = try TestProject()
    var rule = hostile.rule.object ?? [:]
    rule["when"] = ["phase": "consultation"]
    let rules = [.object(rule)] + TestProject.obedient + TestProject.hasty
    let result = try await project.runOrchestrated(rules, overrides: hostile.overrides)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(result.steps == 6)
    #expect(project.folder.text(of: "out.txt") == "good\n")
    #expect(project.sink.consultations.count == 1)
    #expect(project.sink.decisions.allSatisfy { ($0.guidance?.utf8.count ?? 0) <= 6000 })
  }

  @Test func aSpentReserveEndsTheAnalysesAndNotTheRun() async throws {
    let project = try TestProject()
    let result = try await project.runOrchestrated(
      [TestProject.specialist] + TestProject.obedient + TestProject.hasty,
      overrides: ["limits.run_model_calls=40", "orchestration.arbiter_share=0.075"]
    )
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.consultations.map { $0.error?.contains("may spend is spent") } == [true])
    #expect(try await project.state().run?.reserveSpent.calls == 3)
  }
}
