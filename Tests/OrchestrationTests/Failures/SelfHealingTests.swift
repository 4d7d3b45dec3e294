import Orchestration
import Pipeline
import Testing

/// What an arbiter is told of a step that failed, and when somebody is asked about it.
@Suite struct SelfHealingTests {
  private static let analysis = """
    {"root_cause": "a typo", "options": ["mend it", "start anew"], "recommendation": "mend it", "risks": ["none"], \
    "next_steps": ["change line 3"]}
    """

  private func stage(_ answers: String...) -> ArbiterStage {
    var stage = ArbiterStage()
    stage.decider = ScriptedModelTool("arbiter") { _, _ throws(ModelError) in ArbiterStage.change() }
    stage.specialists[.reasoning] = ScriptedModelTool("reasoning") { number, _ throws(ModelError) in
      guard number <= answers.count else { throw .transport(server: "s", message: "gone") }
      return .saying(answers[number - 1])
    }
    return stage
  }

  @Test func theAnalysisStandsInTheArbitersPromptAndGoesOnAsGuidance() async throws {
    let stage = stage(Self.analysis)
    stage.end(3, .qa, "rejected", failing: "unit")
    let decision = try await stage.arbiter.decide(stage.situation())
    let prompt = try #require(stage.prompts.first)
    #expect(prompt.contains("## Why step 3 failed\n\nqa of t1 failed: failing check ('unit').\n"))
    for words in ["root cause: a typo", "- start anew", "recommendation: mend it", "- none", "- change line 3"] {
      #expect(prompt.contains(words))
      #expect(decision.guidance?.contains(words) == true)
    }
    let asked = try #require(stage.specialists[.reasoning]?.prompts.first?.last?.content)
    #expect(asked.contains("expected good, got bad"))
    #expect(stage.log.consultations.map(\.failure) == [.failingCheck])
  }

  @Test(
    arguments: [
      ("rejected", .qa, nil, .reviewIssues), ("no verdict", .qa, nil, .noVerdict),
      ("over context", .debugging, nil, .overContext), ("failed", .debugging, nil, .noWork),
      ("rejected", .qa, "unit", .failingCheck),
    ] as [(String, PhaseName, String?, FailureKind)]
  )
  func everyKindOfFailureIsAnalysed(result: String, phase: PhaseName, check: String?, kind: FailureKind) async throws {
    let stage = stage(Self.analysis)
    stage.end(3, phase, result, failing: check)
    _ = try await stage.arbiter.decide(stage.situation())
    #expect(stage.log.consultations.map(\.failure) == [kind])
  }

  @Test func whatWentWellIsNotAnalysed() async throws {
    let stage = stage()
    stage.end(3, .qa, "rejected", failing: "unit")
    stage.end(4, .debugging, "fixed")
    _ = try await stage.arbiter.decide(stage.situation())
    #expect(stage.log.consultations.isEmpty)
  }

  @Test func aFailureThatNoLegalStepMendsIsNotAnalysed() async throws {
    let stage = stage()
    stage.end(3, .qa, "rejected", failing: "unit")
    _ = try await stage.arbiter.decide(stage.situation(legal: [.phase(.coding, stage.other)]))
    #expect(stage.log.consultations.isEmpty)
  }

  @Test func aPlanThatFailedIsAnalysedInItsOwnRunOnly() async throws {
    let stage = stage(Self.analysis)
    let planning = Action.phase(.planning, nil)
    stage.end(1, .planning, "failed", of: nil)
    _ = try await stage.arbiter.decide(stage.situation(legal: [planning]))
    #expect(stage.log.consultations.map(\.failure) == [.noWork])
    stage.failures.receive([
      StoredEvent(
        sequence: 9,
        time: Timestamp(milliseconds: 0),
        run: nil,
        event: .runStarted(
          RunStartedEvent(mode: "m", modeOrigin: "o", limits: RunLimits(), models: [:], sandbox: "", project: "")
        )
      )
    ])
    _ = try await stage.arbiter.decide(stage.situation("two", legal: [planning]))
    #expect(stage.log.consultations.count == 1)
  }

  @Test func anAnswerThatIsInFormIsNotAskedForAgain() async throws {
    var stage = stage("It is a typo, I think.", Self.analysis, Self.analysis)
    stage.lookUps = 1
    stage.end(3, .qa, "rejected", failing: "unit")
    let arbiter = stage.arbiter
    _ = try await arbiter.decide(stage.situation())
    #expect(stage.specialists[.reasoning]?.statistics.calls == 2)
    #expect(stage.prompts.last?.contains("root cause: a typo") == true)
    stage.end(4, .qa, "rejected", failing: "other")
    _ = try await arbiter.decide(stage.situation("two"))
    #expect(stage.specialists[.reasoning]?.statistics.calls == 3)
    #expect(stage.log.consultations.map(\.error) == [nil, nil])
  }

  @Test func oneStepIsAnalysedOnceHoweverManyTurnsFollow() async throws {
    let stage = stage(Self.analysis)
    stage.end(3, .qa, "rejected", failing: "unit")
    let arbiter = stage.arbiter
    for content in ["one", "two", "three"] { _ = try await arbiter.decide(stage.situation(content)) }
    #expect(stage.log.consultations.count == 1)
    #expect(stage.prompts.allSatisfy { $0.contains("root cause: a typo") })
  }

  @Test func theSameFailureOnTheSameProgressIsAnsweredFromTheRecord() async throws {
    let stage = stage(Self.analysis)
    stage.end(3, .debugging, "failed")
    let arbiter = stage.arbiter
    _ = try await arbiter.decide(stage.situation())
    stage.end(4, .debugging, "failed")
    _ = try await arbiter.decide(stage.situation())
    #expect(stage.log.consultations.map(\.isRepeated) == [false, true])
    #expect(stage.specialists[.reasoning]?.statistics.calls == 1)
    // Also after a restart of the program.
    stage.end(5, .debugging, "failed")
    _ = try await stage.arbiter.decide(stage.situation())
    #expect(stage.specialists[.reasoning]?.statistics.calls == 1)
    // On other files it is another failure.
    stage.end(6, .debugging, "failed")
    _ = try await stage.arbiter.decide(stage.situation("two"))
    #expect(stage.log.consultations.last?.error != nil)
  }

  @Test func aSpecialistThatIsAwayTwiceIsLeftAlone() async throws {
    let stage = stage()
    let arbiter = stage.arbiter
    for step in 3..<8 {
      stage.end(step, .qa, "rejected", failing: "unit")
      let decision = try await arbiter.decide(stage.situation("\(step)"))
      #expect(decision.maker == "arbiter m:latest")
      #expect(decision.guidance == nil)
    }
    #expect(stage.specialists[.reasoning]?.statistics.calls == 2)
    #expect(stage.log.consultations.count == 5)
    #expect(stage.log.consultations.allSatisfy { $0.error != nil })
    #expect(stage.prompts.allSatisfy { $0.contains("It was not analysed.") })
    #expect(stage.prompts.last?.contains("failures are not analysed any more in this run") == true)
  }

  @Test func aSlowSpecialistLeavesTheArbiterTimeToDecide() async throws {
    var stage = stage()
    stage.limits.consultationTime = .milliseconds(50)
    stage.specialists[.reasoning] = ScriptedModelTool("reasoning") { _, _ async throws(ModelError) in
      do { try await Task.sleep(for: .seconds(60)) } catch { throw .cancelled }
      return .saying("Too late.")
    }
    stage.end(3, .qa, "rejected", failing: "unit")
    let decision = try await stage.arbiter.decide(stage.situation())
    #expect(decision.maker == "arbiter m:latest")
    #expect(stage.log.consultations.map(\.error) == ["The specialist did not answer in 0.05 seconds."])
  }

  @Test func anotherTasksAnalysisDoesNotGoToTheStep() async throws {
    var stage = stage(Self.analysis)
    stage.decider = ScriptedModelTool("arbiter") { _, _ throws(ModelError) in ArbiterStage.change(.coding) }
    stage.end(3, .qa, "rejected", failing: "unit")
    let decision = try await stage.arbiter.decide(stage.situation())
    #expect(decision.action == .phase(.coding, stage.other))
    #expect(decision.guidance == nil)
    #expect(
      decision.advice == [AdviceUse(role: "reasoning", verdict: .dropped, reason: "It is about another step.")]
    )
  }
}
