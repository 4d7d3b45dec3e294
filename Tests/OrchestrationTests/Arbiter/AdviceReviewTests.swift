import JSON
import Orchestration
import Pipeline
import Testing

/// What an arbiter does with the advice that it got.
@Suite struct AdviceReviewTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Whom the arbiter consults, in order.
    var consulted: [SpecialistRole]
    var decision: JSONObject = [:]
    var verdicts: [AdviceUse.Verdict]
    /// Whose advice the step's model gets.
    var given: [SpecialistRole]
  }

  static let cases = [
    Case(testDescription: "without a word all is used", consulted: [.coding], verdicts: [.used], given: [.coding]),
    Case(
      testDescription: "two pieces are used",
      consulted: [.coding, .analysis],
      verdicts: [.used, .used],
      given: [.coding, .analysis]
    ),
    Case(
      testDescription: "the interpreter's words go in place of what was unclear",
      consulted: [.coding, .interpreter],
      verdicts: [.clarified, .used],
      given: [.interpreter]
    ),
    Case(
      testDescription: "what is named goes on although it was interpreted",
      consulted: [.coding, .interpreter],
      decision: ["advice": ["coding"]],
      verdicts: [.used, .dropped],
      given: [.coding]
    ),
    Case(
      testDescription: "a second opinion replaces the first",
      consulted: [.coding, .analysis],
      decision: ["advice": ["analysis"]],
      verdicts: [.replaced, .used],
      given: [.analysis]
    ),
    Case(
      testDescription: "a second opinion confirms the first",
      consulted: [.coding, .analysis],
      decision: ["advice": ["coding"]],
      verdicts: [.used, .dropped],
      given: [.coding]
    ),
    Case(
      testDescription: "nobody's advice is wanted",
      consulted: [.coding, .analysis],
      decision: ["advice": []],
      verdicts: [.dropped, .dropped],
      given: []
    ),
    Case(
      testDescription: "nobody's advice is wanted, in a word",
      consulted: [.coding],
      decision: ["advice": "none"],
      verdicts: [.dropped],
      given: []
    ),
    Case(
      testDescription: "names may be written as people do",
      consulted: [.coding, .analysis],
      decision: ["advice": "the Analysis specialist"],
      verdicts: [.replaced, .used],
      given: [.analysis]
    ),
  ]

  @Test(arguments: cases)
  func everyPieceOfAdviceGetsItsVerdict(_ sample: Case) async throws {
    var stage = ArbiterStage()
    let consulted = sample.consulted
    stage.decider = ScriptedModelTool("arbiter") { number, _ throws(ModelError) in
      number <= consulted.count
        ? ArbiterStage.consult(consulted[number - 1].rawValue) : ArbiterStage.change(.debugging, sample.decision)
    }
    for role in SpecialistRole.allCases {
      stage.specialists[role] = ScriptedModelTool(role.rawValue, says: "so says \(role.rawValue)")
    }
    let decision = try await stage.arbiter.decide(stage.situation())
    #expect(decision.advice?.map(\.role) == consulted.map(\.rawValue))
    #expect(decision.advice?.map(\.verdict) == sample.verdicts)
    let given = consulted.filter { decision.guidance?.contains("so says \($0.rawValue)") == true }
    #expect(given == sample.given)
    // Nothing more is asked than the arbiter itself asked.
    #expect(stage.decider.statistics.calls == consulted.count + 1)
  }

  @Test func changesThatTheArbiterNamesComeFirst() async throws {
    var stage = ArbiterStage(
      ArbiterStage.consult("coding"),
      ArbiterStage.change(.debugging, ["changes": "Write the other word."])
    )
    stage.specialists[.coding] = ScriptedModelTool("coding", says: "so says coding")
    let guidance = try #require(try await stage.arbiter.decide(stage.situation()).guidance)
    #expect(
      guidance.hasPrefix("What is to be different this time:\nWrite the other word.\n\nFrom the coding specialist")
    )
  }

  @Test(arguments: [("fixed", "rejected"), ("failed", nil)] as [(String, String?)])
  func adviceThatDidNotHelpATaskIsNotGivenAgain(repair: String, review: String?) async throws {
    var stage = ArbiterStage()
    stage.decider = ScriptedModelTool("arbiter") { number, _ throws(ModelError) in
      number % 2 == 1
        ? ArbiterStage.consult("coding", "Question \(number)?") : ArbiterStage.change(.debugging, ["changes": "All."])
    }
    stage.specialists[.coding] = ScriptedModelTool("coding") { number, _ throws(ModelError) in
      .saying("answer \(number)")
    }
    let arbiter = stage.arbiter
    let first = try await arbiter.decide(stage.situation())
    #expect(first.guidance != nil)
    stage.noteDecision(3, first)
    stage.end(3, .debugging, repair)
    if let review {
      stage.noteDecision(4, Decision(action: .phase(.qa, stage.failed), reason: "", maker: "rules"))
      stage.end(4, .qa, review)
    }
    // However many other decisions come between.
    for step in 5..<20 {
      stage.noteDecision(step, Decision(action: .phase(.coding, stage.other), reason: "", maker: "rules"))
      let next = try await arbiter.decide(stage.situation("\(step)"))
      #expect(next.guidance == nil)
      #expect(next.advice?.allSatisfy { $0.reason == "An attempt at the task with advice has failed." } == true)
    }
    #expect(stage.prompts.last?.contains("Advice goes no more to the models that work on t1") == true)
  }

  @Test func adviceThatLedToNoStepOfAModelIsDropped() async throws {
    var stage = ArbiterStage(
      ArbiterStage.consult("coding"),
      .calling("restore_checkpoint", ["checkpoint": "c1", "reason": "So."])
    )
    stage.specialists[.coding] = ScriptedModelTool("coding", says: "so says coding")
    let restore = try #require(Action("restore c1 t1"))
    let decision = try await stage.arbiter.decide(stage.situation(legal: [.phase(.debugging, stage.failed), restore]))
    #expect(decision.action == restore)
    #expect(decision.guidance == nil)
    #expect(decision.advice?.map(\.reason) == ["The step asks no model."])
  }
}
