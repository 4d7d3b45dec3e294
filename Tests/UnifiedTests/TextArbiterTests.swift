import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Testing
import Unified

/// An arbiter and specialists whose models are offered no tools by their server.
@Suite struct TextArbiterTests {
  private static func say(_ name: String, _ arguments: JSONValue) -> JSONValue {
    ["content": .string("<tool_call>\n\(TestProject.call(name, arguments).text())\n</tool_call>")]
  }

  private static func decide(_ phase: PhaseName) -> JSONValue {
    [
      "when": ["role": "arbiter", "last_contains": .string("- phase \(phase.rawValue)")],
      "reply": say("change_phase", ["phase": .string(phase.rawValue), "reason": "It is next."]),
    ]
  }

  @Test func aModelWithoutToolsDecidesAndAdvisesInText() async throws {
    let project = try TestProject()
    func model(_ name: String, _ capabilities: JSONValue) -> JSONValue {
      ["name": .string(name), "context_length": 32768, "capabilities": capabilities]
    }
    let models = [
      model("qwen2.5-coder:32b", ["tools"]), model("qwen2.5:32b", ["tools"]), model("qwen2.5:14b", ["tools"]),
      model("mute:14b", []),
    ]
    let look: JSONValue = [
      "when": ["phase": "consultation", "lacks": "read_file"], "times": 1,
      "reply": Self.say("read_file", ["path": "out.txt"]),
    ]
    let consult: JSONValue = [
      "when": ["role": "arbiter", "last_contains": "- phase qa"], "times": 1,
      "reply": Self.say("consult_reasoning_specialist", ["query": "Is it right?"]),
    ]
    let advise: JSONValue = ["when": ["phase": "consultation"], "reply": ["content": "It is right."]]
    let after: JSONValue = [
      "when": ["role": "arbiter", "last_contains": "It is right."],
      "reply": Self.say("change_phase", ["phase": "qa", "reason": "It is next."]),
    ]
    let rules = [look, after, consult, advise] + PhaseName.allCases.map(Self.decide) + TestProject.goodRules
    let scenario = try Scenario(parsing: ["models": .array(models), "rules": .array(rules)])
    let simulator = try await OllamaSimulator(scenario: scenario, port: 0)
    var settings = RunSettings(mode: "orchestrated", modeOrigin: "test")
    settings.orchestrated = Set(PhaseName.allCases)
    let result = try await project.run(
      url: simulator.url,
      overrides: ["models.arbiter=mute:14b", "models.reasoning=mute:14b", "models.planning=qwen2.5:14b"],
      settings: settings
    )
    let asked = simulator.chatRequests.map { $0.body }.filter { $0["model"] == "mute:14b" }
    await simulator.stop()
    #expect(result.outcome == .complete, "\(result.message)")
    #expect(project.sink.decisions.allSatisfy { $0.maker == "arbiter mute:14b" })
    #expect(project.sink.fallbacks.isEmpty)
    #expect(project.sink.consultations.map(\.answer) == ["It is right."])
    #expect(!asked.isEmpty)
    #expect(asked.allSatisfy { $0["tools"] == nil })
    guard case .runStarted(let start)? = project.sink.events.first?.event else { return }
    #expect(start.handling?["mute:14b@default"] == ModelHandling(writesCallsAsText: true))
  }
}
