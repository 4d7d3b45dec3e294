import JSON
import Pipeline
import TestSupport
import Testing
import Unified

/// An arbiter that is asked beside the rules, and not obeyed.
@Suite struct ShadowTests {
  private static var shadowed: RunSettings {
    var settings = RunSettings()
    settings.isShadowed = true
    return settings
  }

  private static let names = ["qwen2.5:32b", "qwen2.5:14b", "functiongemma"]
  private static let models = names.map {
    ["name": .string($0), "context_length": 32768, "capabilities": ["tools"]] as JSONValue
  }

  private static func arbiter(_ condition: JSONObject, _ phase: String) -> JSONValue {
    var condition = condition
    condition["role"] = "arbiter"
    return TestProject.rule(
      .object(condition),
      [TestProject.call("change_phase", ["phase": .string(phase), "reason": "It is next."])]
    )
  }

  private func agreement(_ project: TestProject) throws -> DecisionAgreement? {
    try JournalReader.open(StateFolder(ofProject: project.folder.path))?.agreements().first?.agreement
  }

  @Test func whatItWouldChooseIsNotedAndChangesNothing() async throws {
    let project = try TestProject()
    let rules = PhaseName.allCases.map { phase in
      Self.arbiter(["last_contains": .string("- phase \(phase.rawValue)")], phase.rawValue)
    }
    let result = try await project.run(rules, settings: Self.shadowed, models: Self.models)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.decisions.allSatisfy { $0.maker == "rules" })
    let agreement = try #require(try agreement(project))
    #expect(agreement.decisions == 4)
    #expect(agreement.agreeing == 4)
    #expect(project.sink.fallbacks.isEmpty)
    // The run's own budget does not pay for it.
    let run = try #require(try await project.state().run)
    #expect(run.reserveSpent.calls == 4)
    #expect(run.spent.calls == result.calls)
  }

  @Test func anArbiterThatComesToNothingIsNoFallback() async throws {
    let project = try TestProject()
    let silent: JSONValue = ["when": ["role": "arbiter"], "reply": ["content": "Hm."]]
    let result = try await project.run([silent], settings: Self.shadowed, models: Self.models)
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.fallbacks.isEmpty)
    #expect(try agreement(project) == nil)
    let shadows = project.sink.events.filter { $0.event.kind == .shadow }
    #expect(shadows.count == 4)
  }

  @Test func differencesAreTakenWithWhatCameOfThem() throws {
    let coding = try #require(Action("coding t1"))
    let qa = try #require(Action("qa t1"))
    var agreement = DecisionAgreement()
    for step in 1...3 {
      agreement.take(.shadow(ShadowEvent(step: step, action: step == 3 ? coding : qa, maker: "arbiter m", reason: "")))
      agreement.take(
        .decision(
          DecisionEvent(
            step: step,
            action: coding,
            maker: "rules",
            reason: "",
            legal: [coding, qa],
            progress: "",
            repeats: 0,
            rules: coding
          )
        )
      )
      agreement.take(
        .phaseFinished(
          PhaseFinishedEvent(
            step: step,
            phase: .coding,
            result: step == 1 ? "coded" : "failed",
            reason: "",
            calls: 1,
            promptTokens: 0,
            outputTokens: 0,
            seconds: 0
          )
        )
      )
    }
    #expect(agreement.decisions == 3)
    #expect(agreement.agreeing == 1)
    #expect(
      agreement.differences == [
        DecisionAgreement.Difference(chosen: "coding", other: "qa", results: ["coded": 1, "failed": 1])
      ]
    )
  }
}
