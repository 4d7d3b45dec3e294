import JSON
import OllamaSimulator
import TestSupport
import Testing

@testable import autonomy

@Suite struct BudgetCommandTests {
  private static let scenario: JSONValue = [
    "models": [["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]], "rules": [],
  ]

  @Test(arguments: [
    ("--budget-time", "1s", "1s of time"), ("--max-steps", "1", "1 step is"),
    ("--budget-tokens", "1500", "1,500 tokens"), ("--budget-calls", "1", "1 model call is"),
  ])
  func aSpentBudgetIsNamedAsItWasSet(_ option: String, _ value: String, _ words: String) async throws {
    let plan: JSONValue = ["tasks": [["description": "Write a.txt.", "target_files": ["a.txt"]]]]
    let server = try await OllamaSimulator(
      scenario: try Scenario(parsing: [
        "models": [["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]],
        "rules": [
          [
            "when": ["phase": "planning"],
            "reply": ["tool_calls": [["name": "plan_tasks", "arguments": plan]]],
          ],
          ["when": ["phase": "coding"], "fault": ["kind": "hang"]],
        ],
      ])
    )
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    try folder.write("{sandbox: 'off'}", to: "autonomy.json")
    let run = await Invocation(
      words: ["run", option, value],
      in: folder.path,
      environment: ["OLLAMA_HOST": server.url]
    )
    #expect(run.exitCode == 4)
    #expect(run.errors.contains("budget of \(words)"), "\(run.errors)")
    await server.stop()
  }

  @Test(arguments: [["--budget-usd", "5"], ["-c", "limits.run_usd=5"], ["-c", "limits.day_usd=5"]])
  func aCapRefusesAModelWhosePriceIsNotKnown(_ words: [String]) async throws {
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: Self.scenario))
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    let model =
      "{name: 'qwen2.5-coder:32b', server: 'default', tiers: ['base'], window: 32768, price: 'unknown', "
      + "as_of: '2026-11-01', source: 'test'}"
    try folder.write("{sandbox: 'off', router: {models: [\(model)]}}", to: "autonomy.json")
    let run = await Invocation(words: ["run"] + words, in: folder.path, environment: ["OLLAMA_HOST": server.url])
    #expect(run.exitCode == 2)
    let name = words[0] == "-c" && words[1].hasPrefix("limits.day") ? "limits.day_usd" : "--budget-usd"
    #expect(run.errors.contains("is not known, so the cap of $5.00 ('\(name)') cannot hold."), "\(run.errors)")
    await server.stop()
  }

  @Test func theHeaderTheStepAndTheStateTellOfMoney() async throws {
    func rule(_ phase: String, _ name: String, _ arguments: JSONValue) -> JSONValue {
      [
        "when": ["phase": .string(phase)],
        "reply": ["tool_calls": [["name": .string(name), "arguments": arguments]]],
      ]
    }
    let task: JSONValue = ["description": "Write a.txt.", "target_files": ["a.txt"]]
    let scenario: JSONValue = [
      "models": [["name": "qwen2.5-coder:32b", "context_length": 32768, "capabilities": ["tools"]]],
      "rules": [
        rule("planning", "plan_tasks", ["tasks": [task]]),
        rule("coding", "write_file", ["path": "a.txt", "content": "a\n"]),
        rule("qa", "approve", ["path": "a.txt"]), rule("documentation", "finish", ["summary": "Nothing."]),
      ],
    ]
    let server = try await OllamaSimulator(scenario: try Scenario(parsing: scenario))
    let folder = try TemporaryDirectory()
    try folder.write("# A project\n\nWrite a.txt.\n", to: "MASTER_PLAN.md")
    let model =
      "{name: 'qwen2.5-coder:32b', tiers: ['base'], window: 32768, price: {input: 1000000, output: 1000000}, "
      + "as_of: '2026-11-01', source: 'test'}"
    try folder.write(
      "{sandbox: 'off', router: {models: [\(model)]}, limits: {day_usd: 5, project_usd: 9.5, num_predict: 256}}",
      to: "autonomy.json"
    )
    let environment = ["OLLAMA_HOST": server.url, "PATH": "/usr/bin:/bin"]
    let words = ["run", "--budget-usd", "2", "--max-steps", "1"]
    let run = await Invocation(words: words, in: folder.path, environment: environment)
    await server.stop()
    #expect(run.errors.contains("$2.00, $5.00 a day, $9.50 for the project"), "\(run.errors)")
    let why = await Invocation("why", "1", "--json", in: folder.path)
    let cost = try #require(try why.result["microdollars"]?.integer)
    #expect(cost > 0)
    let said = await Invocation("why", "1", in: folder.path)
    #expect(said.output.contains("Money"), "\(said.output)")
    let status = await Invocation("status", in: folder.path)
    #expect(status.output.contains("of $2.00"), "\(status.output)")
    #expect(status.output.contains("of $5.00") && status.output.contains("of $9.50"), "\(status.output)")
    let result = try await Invocation("status", "--json", in: folder.path).result
    #expect(result["spent"]?["microdollars"]?.integer == cost)
    #expect(result["spent"]?["day_microdollars"]?.integer == cost)
    #expect(result["spent"]?["project_microdollars"]?.integer == cost)
    #expect(result["limits"]?["day_microdollars"] == 5_000_000)
    #expect(result["limits"]?["project_microdollars"] == 9_500_000)
    // What is wrong in the configuration is no reason to keep silent.
    try folder.write("{limits: {day_usd: 'much'}}", to: "autonomy.json")
    #expect(await Invocation("status", in: folder.path).output.contains("of $2.00"))
  }
}
