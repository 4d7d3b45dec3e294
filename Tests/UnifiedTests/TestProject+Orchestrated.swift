import JSON
import OllamaSimulator
import Pipeline
import TestSupport
import Unified

extension TestProject {
  /// Settings by which an arbiter decides on every step.
  static var orchestrated: RunSettings {
    var settings = RunSettings(mode: "orchestrated", modeOrigin: "test")
    settings.orchestrated = Set(PhaseName.allCases)
    return settings
  }

  static func arbiter(_ when: JSONObject, _ call: JSONValue, times: Int? = nil) -> JSONValue {
    var condition = when
    condition["role"] = "arbiter"
    return rule(.object(condition), [call], times: times)
  }

  static func change(_ phase: String, task: String? = nil, _ more: JSONObject = [:]) -> JSONValue {
    var arguments: JSONObject = ["phase": .string(phase), "reason": "It is next."]
    arguments["task"] = task.map { .string($0) }
    for (name, value) in more { arguments[name] = value }
    return call("change_phase", .object(arguments))
  }

  static func consult(_ role: String, _ query: String = "Why did it go wrong?") -> JSONValue {
    call("consult_\(role)_specialist", ["query": .string(query)])
  }

  /// An arbiter that does what the rules would.
  static let obedient: [JSONValue] = PhaseName.allCases.map { phase in
    arbiter(["last_contains": .string("- phase \(phase.rawValue)")], change(phase.rawValue))
  }

  static let specialist: JSONValue = [
    "when": ["phase": "consultation"],
    "reply": [
      "content": "{\"root_cause\": \"the wrong word\", \"recommendation\": \"write good\", \"next_steps\": []}"
    ],
  ]

  /// The wrong word first; right only after a repair.
  static let hasty = [rule(["phase": "coding"], [write("out.txt", "bad\n"), finish])]

  static let models: [JSONValue] = ["qwen2.5-coder:32b", "qwen2.5:32b", "qwen2.5:14b", "functiongemma"].map { name in
    ["name": .string(name), "context_length": 32768, "capabilities": ["tools"]]
  }

  /// Runs with an arbiter and specialists that play `rules`, on top of a well-behaved model for everything else.
  func runOrchestrated(_ rules: [JSONValue], overrides: [String] = []) async throws -> ResultEvent {
    let scenario = try Scenario(parsing: [
      "models": .array(Self.models), "rules": .array(rules + Self.goodRules),
    ])
    let simulator = try await OllamaSimulator(scenario: scenario, port: 0)
    do {
      let result = try await run(url: simulator.url, overrides: overrides, settings: Self.orchestrated)
      await simulator.stop()
      return result
    } catch {
      await simulator.stop()
      throw error
    }
  }
}

extension RecordingEventSink {
  var decisions: [DecisionEvent] {
    events.compactMap { if case .decision(let event) = $0.event { event } else { nil } }
  }

  var consultations: [ConsultationEvent] {
    events.compactMap { if case .consultation(let event) = $0.event { event } else { nil } }
  }

  var fallbacks: [FallbackEvent] {
    events.compactMap { if case .fallback(let event) = $0.event { event } else { nil } }
  }
}
