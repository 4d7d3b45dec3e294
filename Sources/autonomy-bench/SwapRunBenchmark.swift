import JSON
import OllamaSimulator
import Pipeline
import Unified

/// How often one server loads two models for a run with four jobs, as steps come and with work for the loaded drained.
struct SwapRunBenchmark {
  private static let tasks = 16
  /// The calls of a step that works on a task, and of one that reviews it.
  private static let calls = (coding: 8, qa: 4)

  func measurements() async throws -> [Measurement] {
    let inOrder = try await loads(resident: nil)
    let drained = try await loads(resident: 1)
    return [
      Measurement(
        name: "models loaded by one server for a run of \(Self.tasks) tasks, four at once, by two models",
        value: Double(drained.count),
        unit: "loads",
        yardstick: ("as steps come", Double(inOrder.count)),
        target: "at most 0.5 times"
      ),
      Measurement(
        name: "time in which that server loads models, as the run says",
        value: drained.milliseconds,
        unit: "ms",
        yardstick: ("as steps come", inOrder.milliseconds),
        target: "less"
      ),
    ]
  }

  /// Runs the tasks on a simulated server that has two models and room for one.
  private func loads(resident: Int?) async throws -> (count: Int, milliseconds: Double) {
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: Self.scenario))
    let project = try ScratchProject()
    let settings = """
      { servers: { one: { url: "\(server.url)"\(resident.map { ", resident: \($0)" } ?? "") } },
        models: { coding: "coder:7b", qa: "critic:7b" }, sandbox: "off" }
      """
    try project.write(settings, to: "autonomy.json")
    try project.write("echo '1 passed, 0 failed'\n", to: "test.sh")
    let environment = ["HOME": project.path, "PATH": "/usr/bin:/bin"]
    let factory = RunFactory(
      project: project.path,
      configuration: try Configuration.load(project: project.path, environment: environment, overrides: []),
      environment: environment,
      sinks: []
    )
    var given = RunSettings()
    (given.jobs, given.wantsDocumentation) = (4, false)
    let result = try await factory.run(given, command: "autonomy-bench")
    let count = server.summary.loadCount
    await server.stop()
    guard result.outcome == .complete else { throw ChildProcess.Failure(description: result.message) }
    let run = try JournalReader.open(StateFolder(ofProject: project.path))?.state().run
    return (count, (run?.spent.loadSeconds ?? 0) * 1000)
  }

  /// Models that read until they have made the calls of a step.
  private static var scenario: JSONValue {
    let numbers = 1...tasks
    func call(_ name: String, _ arguments: JSONValue) -> JSONValue { ["name": .string(name), "arguments": arguments] }
    func rule(_ phase: String, _ task: Int, _ calls: [JSONValue], times: Int? = nil) -> JSONValue {
      var rule: JSONObject = [
        "when": ["phase": .string(phase), "task": .string("t\(task)")], "reply": ["tool_calls": .array(calls)],
        // No two tasks keep step.
        "fault": ["kind": "slow", "ms": .integer(20 + task * 7 % 24), "after_chunks": .integer(calls.count)],
      ]
      rule["times"] = times.map { .integer($0) }
      return .object(rule)
    }
    let look = [call("read_file", ["path": "MASTER_PLAN.md"])]
    let plan = numbers.map { number in
      ["description": "Write it.", "target_files": [.string("f\(number).txt")]] as JSONValue
    }
    let planning: JSONValue = [
      "when": ["phase": "planning"], "reply": ["tool_calls": [call("plan_tasks", ["tasks": .array(plan)])]],
    ]
    let rules = numbers.flatMap { number in
      let path = JSONValue.string("f\(number).txt")
      let write = [call("write_file", ["path": path, "content": "ok\n"]), call("finish", ["summary": "Written."])]
      return [
        rule("coding", number, look, times: calls.coding - 1), rule("coding", number, write),
        rule("qa", number, look, times: calls.qa - 1), rule("qa", number, [call("approve", ["path": path])]),
      ]
    }
    let models = ["coder:7b", "critic:7b"].map { name in
      ["name": .string(name), "context_length": 32768, "capabilities": ["tools"], "load_ms": 20] as JSONValue
    }
    return ["models": .array(models), "resident": 1, "rules": .array([planning] + rules)]
  }
}
